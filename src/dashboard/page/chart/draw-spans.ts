import type uPlot from 'uplot'
import type { Colours } from './colours.ts'
import type { ToldSpan } from './spans.ts'

/** Draws late spans hatched and lost ones crossed, under the lines, with their words where they fit. */
export function drawSpans(plot: uPlot, spans: readonly ToldSpan[], colours: Colours): void {
  const { ctx, bbox } = plot
  for (const span of spans) {
    const left = Math.max(bbox.left, plot.valToPos(span.fromMs, 'x', true))
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(span.toMs, 'x', true))
    if (right - left < 1) continue
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, right - left, bbox.height)
    ctx.clip()
    ctx.strokeStyle = span.kind === 'late' ? colours.late : colours.critical
    ctx.globalAlpha = 0.35
    ctx.lineWidth = devicePixelRatio
    hatch(ctx, left, right, bbox, span.kind === 'lost')
    ctx.globalAlpha = 1
    writeWords(ctx, span.words, left, right, bbox, colours)
    ctx.restore()
  }
}

function hatch(ctx: CanvasRenderingContext2D, left: number, right: number, bbox: uPlot.BBox, isCrossed: boolean): void {
  const step = 7 * devicePixelRatio
  ctx.beginPath()
  for (let x = left - bbox.height; x < right; x += step) {
    ctx.moveTo(x, bbox.top + bbox.height)
    ctx.lineTo(x + bbox.height, bbox.top)
    if (!isCrossed) continue
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x + bbox.height, bbox.top + bbox.height)
  }
  ctx.stroke()
}

function writeWords(
  ctx: CanvasRenderingContext2D,
  words: string,
  left: number,
  right: number,
  bbox: uPlot.BBox,
  colours: Colours,
): void {
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'bottom'
  const width = ctx.measureText(words).width
  if (width + 8 * devicePixelRatio > right - left) return
  const [x, y] = [(left + right) / 2, bbox.top + bbox.height - 4 * devicePixelRatio]
  ctx.fillStyle = colours.surface
  ctx.fillRect(x - width / 2 - 4, y - 14 * devicePixelRatio, width + 8, 16 * devicePixelRatio)
  ctx.fillStyle = colours.text
  ctx.fillText(words, x, y)
}
