import type uPlot from 'uplot'
import type { ChartLine, Heatmap } from '../../api.ts'
import type { Colours } from './colours.ts'

/** The buckets that hold anything, as first and last index; undefined where none does. */
export function usedBuckets({ counts }: Heatmap): readonly [number, number] | undefined {
  let first = Number.POSITIVE_INFINITY
  let last = -1
  for (const row of counts) {
    row.forEach((count, bucket) => {
      if (count === 0) return
      first = Math.min(first, bucket)
      last = Math.max(last, bucket)
    })
  }
  return last === -1 ? undefined : [first, last]
}

/** The lower end of a bucket; the first one is as wide as the second, on a logarithmic axis. */
export function lowerBound(bounds: readonly number[], bucket: number): number {
  const [first = 1, second = first * 2] = bounds
  return bounds[bucket - 1] ?? (first * first) / second
}

/** Least and greatest of the vertical axis: the ends of the buckets that hold anything, and of the lines over them. */
export function heatmapRange(heatmap: Heatmap, lines: readonly Pick<ChartLine, 'average'>[]): [number, number] {
  const [first, last] = usedBuckets(heatmap) ?? [0, heatmap.bounds.length - 1]
  let [low, high] = [lowerBound(heatmap.bounds, first), heatmap.bounds[last] ?? 1]
  for (const value of lines.flatMap(({ average }) => average)) {
    // A logarithmic axis has no zero.
    if (value === null || value <= 0) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  // A cell or two would fill the whole height, and say nothing of how much they differ.
  const middle = Math.sqrt(low * high)
  return [Math.min(low, middle / 2), Math.max(high, middle * 2)]
}

/** Draws a cell for each time and bucket: the fuller the bucket, the darker. */
export function drawHeatmap(plot: uPlot, heatmap: Heatmap, times: readonly number[], colours: Colours): void {
  const { ctx, bbox } = plot
  const step = (times[1] ?? 0) - (times[0] ?? 0)
  const most = Math.max(1, ...heatmap.counts.map((row) => Math.max(0, ...row)))
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.fillStyle = colours.heat
  heatmap.counts.forEach((row, at) => {
    const time = times[at]
    if (time === undefined) return
    const left = plot.valToPos(time, 'x', true)
    const right = plot.valToPos(time + step, 'x', true)
    row.forEach((count, bucket) => {
      if (count === 0) return
      const top = plot.valToPos(heatmap.bounds[bucket] ?? 0, 'y', true)
      const bottom = plot.valToPos(lowerBound(heatmap.bounds, bucket), 'y', true)
      // The root lets a few slow ones be seen beside many quick ones.
      ctx.globalAlpha = 0.12 + 0.78 * Math.sqrt(count / most)
      const [x, y] = [Math.round(left), Math.round(top)]
      ctx.fillRect(x, y, Math.max(1, Math.round(right) - x), Math.max(1, Math.round(bottom) - y))
    })
  })
  ctx.restore()
}
