import type { Span } from '../address/time-range.ts'

/** Where two fingers are, in pixels from the chart's left. */
export type Fingers = readonly [number, number]

const leastApart = 12

/**
 * The span after a pinch: what was under each finger at its begin is under it at its end. Undefined where the fingers are too close
 * to tell, or have crossed.
 */
export function pinchedSpan(span: Span, width: number, begin: Fingers, end: Fingers): Span | undefined {
  const [a, b] = begin[0] < begin[1] ? begin : [begin[1], begin[0]]
  const [c, d] = end[0] < end[1] ? end : [end[1], end[0]]
  if (b - a < leastApart || d - c < leastApart || width <= 0) return undefined
  const perPixel = (span.toMs - span.fromMs) / width
  const scaled = (perPixel * (b - a)) / (d - c)
  const fromMs = span.fromMs + a * perPixel - c * scaled
  return { fromMs, toMs: fromMs + width * scaled }
}
