/** Fewer spaces than this tell no rhythm. */
const fewest = 3

/**
 * How far apart the readings of a series usually are, milliseconds: the interval that its host tells, or the middle one of
 * the spaces between its readings where that is longer, as with a metric that has an interval of its own, or a host that
 * tells none. Undefined where neither is known.
 */
export function usualSpacing(
  readings: readonly { readonly timeMs: number }[],
  intervalMs: number | undefined,
): number | undefined {
  const spaces = readings.slice(1).map(({ timeMs }, index) => timeMs - (readings[index]?.timeMs ?? timeMs))
  if (spaces.length < fewest) return intervalMs
  const middle = spaces.toSorted((a, b) => a - b)[Math.floor(spaces.length / 2)] ?? 0
  return Math.max(intervalMs ?? 0, middle)
}

/**
 * When the next reading should have come, where the series was silent for longer than three of its intervals until the one
 * that did; undefined where it was not, and where its intervals are not known.
 */
export function silenceAfter(formerMs: number, nextMs: number, spacingMs: number | undefined): number | undefined {
  return spacingMs !== undefined && nextMs - formerMs > 3 * spacingMs ? formerMs + spacingMs : undefined
}
