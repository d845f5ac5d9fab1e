/**
 * How many digits behind the point the ticks of an axis need: as many as write the step itself, two for 0.25. A step that no
 * few digits write, as 50 s in minutes, gets one more than tells two ticks apart.
 */
export function tickDigits(step: number): number {
  const apart = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
  const exact = [apart, apart + 1, apart + 2].find((digits) => isWhole(step * 10 ** digits))
  return Math.min(6, exact ?? apart + 1)
}

/** Steps are divided by their unit, which leaves an error far behind the point. */
function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6
}
