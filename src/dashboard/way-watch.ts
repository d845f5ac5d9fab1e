import { describeError } from '../runtime/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { AskedStore } from '../query/asked-store.ts'
import { readStatus, type StoreStatus } from '../query/status/status.ts'

/** What the program that shows the dashboard knows of the way beside the database. */
export interface WayFacts {
  /** Absent: the way leads through no Kafka. */
  readonly kafka?: {
    /** Null: unknown. */
    readonly lagRecords: number | null
    readonly partitions: number
    /** Of those that have records to be stored, and whose position has not moved for a minute. */
    readonly stuckPartitions: number
    /** Why Kafka could not be asked; null where it was, or where nobody said how. */
    readonly problem: string | null
  }
  /** The spool of this very process. */
  readonly spool?: { readonly records: number; readonly bytes: number }
}

/** How the program learns them; given by the wiring. */
export type AskWay = (status: StoreStatus, nowMs: number) => Promise<WayFacts>

/** All that is known of the way at a time. */
export interface KnownWay {
  readonly status: StoreStatus
  readonly facts: WayFacts
}

const freshMs = 5000

/** The state of the way, asked for once however many pages want it, and not more often than every five seconds. */
export class WayWatch {
  readonly #store: AskedStore
  readonly #clock: Clock
  readonly #ask: AskWay
  #known: { readonly way: KnownWay; readonly atMs: number } | undefined
  #asking: Promise<KnownWay> | undefined

  constructor(store: AskedStore, clock: Clock, ask: AskWay) {
    this.#store = store
    this.#clock = clock
    this.#ask = ask
  }

  /** Now, or five seconds ago at most. Throws the store's errors. */
  async current(): Promise<KnownWay> {
    if (this.#known !== undefined && this.#clock.monotonic() - this.#known.atMs < freshMs) return this.#known.way
    this.#asking ??= this.#read().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** What was known last, without a wait; it is asked for anew meanwhile. */
  get latest(): KnownWay | undefined {
    // Whoever needs the answer itself asks for it and has the error from there.
    this.current().catch(describeError)
    return this.#known?.way
  }

  async #read(): Promise<KnownWay> {
    const nowMs = this.#clock.now()
    const status = await readStatus(this.#store, nowMs)
    const way = { status, facts: await this.#ask(status, nowMs) }
    this.#known = { way, atMs: this.#clock.monotonic() }
    return way
  }
}
