import type { Chart } from '../../api.ts'

/** Least and greatest of a chart's vertical axis: from zero where the numbers allow it, with room for a threshold that is near. */
export function valueRange(chart: Pick<Chart, 'unit' | 'lines' | 'threshold'>, hasBand: boolean): [number, number] {
  let least = Number.POSITIVE_INFINITY
  let peak = Number.NEGATIVE_INFINITY
  for (const line of chart.lines) {
    for (const values of hasBand ? [line.min, line.max, line.average] : [line.average]) {
      for (const value of values) {
        if (value === null) continue
        if (value < least) least = value
        if (value > peak) peak = value
      }
    }
  }
  if (peak === Number.NEGATIVE_INFINITY) return [0, 1]
  const isShare = chart.unit === '1'
  const limits = [chart.threshold?.warn, chart.threshold?.critical].filter((limit) => typeof limit === 'number')
  for (const limit of limits) if (limit > peak && (isShare || limit <= peak * 2)) peak = limit
  if (isShare && least >= 0 && peak > 0.5 && peak <= 1) return [0, 1]
  const isFarFromZero = least > peak * 0.9 && least < peak && !isShare && !chart.unit.startsWith('By')
  const low = least < 0 ? least * 1.1 : isFarFromZero ? least - (peak - least) * 0.2 : 0
  const room = (peak - low) * 0.08
  return [low, peak + (room === 0 ? Math.abs(peak) * 0.1 || 1 : room)]
}

/** The ticks of a logarithmic axis: powers of ten, and where these are few their doubles and fives. */
export function decadeTicks(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(low))
  const decades = Math.floor(Math.log10(high)) - first + 1
  const factors = decades > 3 ? [1] : [1, 2, 5]
  const ticks = Array.from({ length: decades }, (_, at) => factors.map((factor) => factor * 10 ** (first + at))).flat()
  return ticks.filter((tick) => tick >= low && tick <= high)
}

/** Steps of an axis of bytes: powers of two, so that its ticks are 512 MiB and 1 GiB. */
export const byteSteps: readonly number[] = Array.from({ length: 60 }, (_, power) => 2 ** power)
