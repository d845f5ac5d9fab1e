import type { ExpectedRow } from './journal.ts'
import type { StoredRow } from './stored.ts'

/** Rows of one record by what they have in common: kind and time. Values of one time may be spread over several rows. */
export class RowsOfRecord {
  readonly #byTime = new Map<string, { readonly values: Map<string, string>; isMatched: boolean }>()
  /** Values that stand in two rows. */
  readonly repeated: string[] = []

  constructor(rows: readonly StoredRow[]) {
    for (const { kind, timeMs, values } of rows) {
      const key = `${kind} ${timeMs}`
      const known = this.#byTime.get(key) ?? { values: new Map<string, string>(), isMatched: false }
      for (const [series, value] of values) {
        if (known.values.has(series)) this.repeated.push(`${series} at ${new Date(timeMs).toISOString()}`)
        known.values.set(series, value)
      }
      this.#byTime.set(key, known)
    }
  }

  /** How much of what a record says is stored: all of it with equal values, nothing, or something else. */
  match(expected: readonly ExpectedRow[]): 'all' | 'none' | 'differs' {
    let equal = 0
    let missing = 0
    let total = 0
    for (const { kind, timeMs, values } of expected) {
      const stored = this.#byTime.get(`${kind} ${timeMs}`)
      total += values.size
      for (const [series, value] of values) {
        const found = stored?.values.get(series)
        if (found === undefined) missing++
        else if (found === value) equal++
      }
    }
    if (equal === total) return 'all'
    return missing === total ? 'none' : 'differs'
  }

  /** Says that these times were accepted, whatever their values. */
  claim(expected: readonly ExpectedRow[]): void {
    for (const { kind, timeMs } of expected) {
      const stored = this.#byTime.get(`${kind} ${timeMs}`)
      if (stored !== undefined) stored.isMatched = true
    }
  }

  /** The times that nobody claimed. */
  get unclaimed(): readonly string[] {
    return [...this.#byTime].filter(([, { isMatched }]) => !isMatched).map(([key]) => key)
  }
}
