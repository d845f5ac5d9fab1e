import { createHash } from 'node:crypto'
import type { Emit } from '../../src/runtime/events.ts'
import { startOfDay } from '../../src/store/partitions.ts'
import { SimBroker } from './broker.ts'
import { Chronicle } from './chronicle.ts'
import { SimDatabase } from './database.ts'
import { SimGroup } from './group.ts'
import type { Plan, Shape } from './plan.ts'
import { SeededRandom } from './seeded-random.ts'
import { Tally } from './tally.ts'
import { VirtualTime } from './virtual-time.ts'

/** The true time at which every history begins. */
export const beginMs = 1_795_000_000_000
/** What is kept for raw in a history: long enough for every outage, short enough to run out. */
export const rawRetentionMs = 2 * 86_400_000
/** No row before this is ever accepted: as the template's migration sets it. */
export const firstFloorMs = startOfDay(beginMs - rawRetentionMs)

/** Everything that the machines of one history share. */
export class Universe {
  readonly shape: Shape
  readonly random: SeededRandom
  readonly time = new VirtualTime(beginMs)
  readonly tally = new Tally()
  readonly chronicle = new Chronicle()
  readonly broker: SimBroker
  readonly group: SimGroup
  readonly database: SimDatabase
  /** Scrapes are made: until the faults stop. */
  isSampling = true
  /** How long it takes to find out that a server is away. */
  timeoutMs = 1000
  readonly #hash = createHash('sha256')
  readonly #lines: string[] | undefined

  constructor({ seed, shape }: Plan, template: Uint8Array | undefined, isTracing: boolean) {
    this.shape = shape
    this.random = new SeededRandom(`history ${seed}`)
    this.broker = new SimBroker(this.random.stream('broker'), shape.partitions)
    this.group = new SimGroup(this.broker, this.time, this.tally)
    this.database = new SimDatabase(this.time, template)
    this.#lines = isTracing ? [] : undefined
  }

  /** What an actor of this name says. */
  emitOf(actor: string): Emit {
    return (name, data) => {
      this.trace(actor, name, data)
    }
  }

  /** Notes what happens: two runs of one plan say the same. */
  trace(actor: string, what: string, data: unknown): void {
    const line = `${this.time.nowMs - beginMs} ${actor} ${what} ${plain(data)}`
    this.#hash.update(line)
    this.#lines?.push(line)
  }

  get lines(): readonly string[] {
    return this.#lines ?? []
  }

  /** Of all that was noted; nothing may be noted after. */
  digest(): string {
    return this.#hash.digest('hex')
  }
}

function plain(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? ''
}
