const steps = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** A time that has passed, as short as a person says it: `4s`, `3m`, `2h 5m`, `12d`. Under a second is `0s`. */
export function formatAge(ms: number): string {
  const found = steps.findIndex(([, step]) => ms >= step)
  const index = found === -1 ? steps.length - 1 : found
  const [unit, step] = steps[index] ?? ['s', 1000]
  const whole = Math.floor(Math.max(0, ms) / step)
  const [finer, finerStep] = steps[index + 1] ?? ['', 0]
  // Seconds beside minutes say nothing to anyone; two digits need no more.
  const rest = finerStep < 60_000 || whole >= 10 ? 0 : Math.floor((ms - whole * step) / finerStep)
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit} ${rest}${finer}`
}
