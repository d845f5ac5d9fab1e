import type { Sample } from '../../src/metric/sample.ts'
import { RecordEncoder } from '../../src/wire/encode.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Who scrapes. */
export interface ScrapesOptions {
  readonly agentUid: string
  readonly name: string
  readonly startedAtMs: number
  readonly random: SeededRandom
}

/** Makes the records of one run: small, each of other bytes, of a few layouts. */
export class Scrapes {
  readonly #random: SeededRandom
  readonly #encoder: RecordEncoder
  #count = 0

  constructor({ agentUid, name, startedAtMs, random }: ScrapesOptions) {
    this.#random = random
    this.#encoder = new RecordEncoder({
      agentUid,
      name,
      version: '1',
      labels: {},
      resource: {},
      intervalMs: 10_000,
      startedAtMs: Math.max(0, startedAtMs),
    })
  }

  /** The values of one round: mostly one record, now and then several parts or one without numbers. */
  make(timeMs: number, isFresh: boolean): readonly Uint8Array[] {
    const parts = this.#random.chance(0.15) ? this.#random.whole(2, 4) : 1
    return Array.from({ length: parts }, () => {
      const isEmpty = !isFresh && this.#random.chance(0.03)
      return this.#encoder.encode(timeMs, isEmpty ? [] : this.#samples(timeMs))
    })
  }

  /** Bytes that nobody can decode, each time others. */
  poison(): Uint8Array {
    return Uint8Array.of(0xff, 0xff, 0xff, ...this.#random.bytes(6), this.#count++ & 0xff)
  }

  #samples(timeMs: number): readonly Sample[] {
    // By the time alone: two machines of one run that measure at one moment measure the same things.
    const kind = (Math.imul(Math.floor(timeMs / 100), 0x9e3779b1) >>> 0) % 12
    const gauges = Array.from({ length: 1 + (kind % 3) }, (_, at): Sample => {
      const series = { name: `gauge.${at}`, unit: '1', kind: 'gauge' as const, attributes: {} }
      return { series, value: ++this.#count + this.#random.unit() }
    })
    return kind > 9 ? [...gauges, this.#timer(timeMs)] : gauges
  }

  #timer(timeMs: number): Sample {
    const histogram = {
      scale: 0,
      count: 2,
      sum: this.#random.unit(),
      min: 1,
      max: 2,
      zeroCount: 0,
      offset: 0,
      counts: [2],
    }
    const series = { name: 'timer', unit: 's', kind: 'histogram' as const, attributes: {} }
    return { series, histogram, startTimeMs: Math.max(0, timeMs - 1000) }
  }
}
