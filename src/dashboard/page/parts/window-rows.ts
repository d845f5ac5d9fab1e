/** Which rows of a long list stand in what is seen, and how much room the others take. */
export interface RowWindow {
  readonly first: number
  /** The row after the last one. */
  readonly end: number
  readonly before: number
  readonly after: number
}

/** The rows between `top` and `bottom` (pixels from the list's begin) and some beyond, by their heights. */
export function windowRows(heights: readonly number[], top: number, bottom: number, beyond = 400): RowWindow {
  let offset = 0
  let first = 0
  while (first < heights.length && offset + (heights[first] ?? 0) < top - beyond) offset += heights[first++] ?? 0
  const before = offset
  let end = first
  while (end < heights.length && offset < bottom + beyond) offset += heights[end++] ?? 0
  const after = heights.slice(end).reduce((sum, height) => sum + height, 0)
  return { first, end, before, after }
}
