import type { Spool } from './spool.ts'

/** Notes have no time: so many records are looked at until one tells its time. */
const mostLookedAt = 50

/** What waits in a spool, and since when: the time is read again only when what waits first has changed. */
export class OldestWaiting {
  readonly #spool: Pick<Spool, 'depth' | 'waitsFrom' | 'peek'>
  readonly #timeOf: (value: Uint8Array) => number | undefined
  #known: { readonly place: string; readonly timeMs: number } | undefined

  /** `timeOf` reads a record's time, Unix milliseconds; undefined where it tells none. */
  constructor(spool: Pick<Spool, 'depth' | 'waitsFrom' | 'peek'>, timeOf: (value: Uint8Array) => number | undefined) {
    this.#spool = spool
    this.#timeOf = timeOf
  }

  /** Reads at most one segment. Rejects where the disk does. */
  async reading(): Promise<{ readonly records: number; readonly bytes: number; readonly oldestMs?: number }> {
    const { records, bytes } = this.#spool.depth
    if (records === 0) return { records, bytes }
    const { segment, bytes: at } = this.#spool.waitsFrom
    const place = `${segment}:${at}`
    if (this.#known?.place === place) return { records, bytes, oldestMs: this.#known.timeMs }
    const times = (await this.#spool.peek(mostLookedAt)).map(({ value }) => this.#timeOf(value))
    const timeMs = times.find((each) => each !== undefined)
    if (timeMs === undefined) return { records, bytes }
    this.#known = { place, timeMs }
    return { records, bytes, oldestMs: timeMs }
  }
}
