/** Of all runs the one in the middle, the least and the most. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly runs: number
}

/** Rounded to a tenth. Throws without a value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b).map((each) => Math.round(each * 10) / 10)
  const [least] = sorted
  const median = sorted[sorted.length >> 1]
  const most = sorted.at(-1)
  if (least === undefined || median === undefined || most === undefined) throw new Error('nothing was measured')
  return { median, least, most, runs: sorted.length }
}
