import type uPlot from 'uplot'
import type { Threshold } from '../../api.ts'
import { formatValue } from '../format/unit.ts'
import type { Colours } from './colours.ts'

/** Draws where a number becomes a warning and where critical: a dashed line with the word and the number on it. */
export function drawThresholds(plot: uPlot, threshold: Threshold | null, unit: string, colours: Colours): void {
  const { ctx, bbox } = plot
  const limits = [
    { word: 'warn', value: threshold?.warn, colour: colours.warn },
    { word: 'critical', value: threshold?.critical, colour: colours.critical },
  ]
  for (const { word, value, colour } of limits) {
    if (typeof value !== 'number') continue
    const y = Math.round(plot.valToPos(value, 'y', true))
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    ctx.save()
    ctx.strokeStyle = colour
    ctx.fillStyle = colour
    ctx.lineWidth = devicePixelRatio
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`
    ctx.textAlign = 'right'
    ctx.textBaseline = 'bottom'
    ctx.fillText(`${word} ${formatValue(value, unit)}`, bbox.left + bbox.width - 4, y - 2)
    ctx.restore()
  }
}
