import { createHash } from 'node:crypto'
import type { DecodedScrape, Layout } from './decoded-record.ts'
import { KnownStarts } from './known-starts.ts'
import type { ParsedNumber } from './parse-otlp.ts'
import { int64At, millisecondsAt } from './protobuf-reader.ts'
import type { RowSpace } from './row-space.ts'

/** What reading a body needs beside it. */
export interface ReadingTools {
  /** As long as the longest body; holds nothing afterwards. */
  readonly scratch: Buffer
  readonly space: RowSpace
  /** Of `startsOfAgent` of this template, one for each agent. */
  readonly starts: KnownStarts | undefined
}

/**
 * A record of ours behind its resource, with holes where the eight bytes of times and values stand. What has the same bytes
 * around the holes has the same series in the same order, so that only the holes are read: parsing is a function of the
 * bytes, and what stands in a hole changes nothing but its own number.
 */
export class BodyTemplate {
  /** Equal for equal templates. */
  readonly key: string
  /** The bytes that this keeps in memory, about. */
  readonly weight: number
  readonly #layout: Layout
  /** The body with zeros in its holes. */
  readonly #bytes: Buffer
  readonly #holes: Int32Array
  readonly #timeAt: Int32Array
  readonly #valueAt: Int32Array
  readonly #isInteger: Uint8Array
  /** Of each number where its start stands; 0 where it is no counter or tells none. */
  readonly #startAt: Int32Array

  private constructor(body: Uint8Array, bodyAt: number, numbers: readonly ParsedNumber[], layout: Layout) {
    this.#timeAt = Int32Array.from(numbers, ({ timeAt }) => timeAt - bodyAt)
    this.#valueAt = Int32Array.from(numbers, ({ valueAt }) => valueAt - bodyAt)
    this.#isInteger = Uint8Array.from(numbers, ({ isInteger }) => (isInteger ? 1 : 0))
    this.#startAt = Int32Array.from(numbers, ({ series, startAt }) =>
      series.kind === 'counter' && startAt >= 0 ? startAt - bodyAt : 0,
    )
    const starts = numbers.filter(({ startAt }) => startAt >= 0).map(({ startAt }) => startAt - bodyAt)
    this.#holes = Int32Array.from([...this.#timeAt, ...this.#valueAt, ...starts])
    this.#bytes = Buffer.from(body)
    for (const hole of this.#holes) this.#bytes.fill(0, hole, hole + 8)
    this.#layout = layout
    this.weight = body.length + numbers.length * 25
    this.key = createHash('sha256').update(this.#holes).update(this.#bytes).digest('base64')
  }

  /**
   * The template of a record whose bytes from `bodyAt` on say these numbers, all of them and of one time, as this layout.
   * Undefined where a number stands in no eight bytes of its own.
   */
  static of(
    record: Uint8Array,
    bodyAt: number,
    numbers: readonly ParsedNumber[],
    layout: Layout,
  ): BodyTemplate | undefined {
    const isWhole = numbers.every(({ timeAt, valueAt }) => timeAt >= bodyAt && valueAt >= bodyAt)
    return isWhole ? new BodyTemplate(record.subarray(bodyAt), bodyAt, numbers, layout) : undefined
  }

  /** What remembers the starts of one agent's counters; undefined where none tells a start. */
  startsOfAgent(): KnownStarts | undefined {
    return this.#startAt.some((at) => at > 0) ? new KnownStarts(this.#startAt) : undefined
  }

  /** The row that this body says, and how many of its numbers were not finite; undefined where the template does not fit. */
  read(
    body: Uint8Array,
    { scratch, space, starts }: ReadingTools,
  ): { scrape: DecodedScrape; notFinite: number } | undefined {
    if (body.length !== this.#bytes.length) return undefined
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
    if (!this.#fits(body, scratch) || !this.#hasOneTime(view)) return undefined
    const count = this.#valueAt.length
    const readings = space.take(count)
    let notFinite = 0
    for (let index = 0; index < count; index++) {
      const at = this.#valueAt[index] ?? 0
      const isInteger = this.#isInteger[index] === 1
      const value = isInteger ? int64At(view, at) : view.getFloat64(at, true)
      // The parser counts it.
      if (isInteger && !Number.isSafeInteger(value)) return undefined
      if (!Number.isFinite(value)) notFinite++
      readings[index] = Number.isFinite(value) ? value : Number.NaN
    }
    const scrape = { timeMs: millisecondsAt(view, this.#timeAt[0] ?? 0), layout: this.#layout, readings }
    const startTimesMs = starts?.read(view)
    return { scrape: startTimesMs === undefined ? scrape : { ...scrape, startTimesMs }, notFinite }
  }

  #fits(body: Uint8Array, scratch: Buffer): boolean {
    scratch.set(body)
    const view = new DataView(scratch.buffer, scratch.byteOffset, body.length)
    for (const hole of this.#holes) view.setFloat64(hole, 0)
    return this.#bytes.compare(scratch, 0, body.length) === 0
  }

  #hasOneTime(view: DataView): boolean {
    const first = this.#timeAt[0] ?? 0
    const low = view.getInt32(first, true)
    const high = view.getInt32(first + 4, true)
    for (const at of this.#timeAt)
      if (view.getInt32(at, true) !== low || view.getInt32(at + 4, true) !== high) return false
    return true
  }
}
