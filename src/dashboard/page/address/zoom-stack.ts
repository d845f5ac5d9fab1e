import { fixedRange, longestMs, shiftRange, spanOf } from './time-range.ts'
import type { Span, TimeRange } from './time-range.ts'

/** The ranges that zooms went through, the first one first. They live in the history's entry, so that back and forward keep them. */
export type ZoomStack = readonly TimeRange[]

/** After a zoom: the new range, and the way back. */
export function zoomIn(stack: ZoomStack, range: TimeRange, span: Span): { range: TimeRange; stack: ZoomStack } {
  return { range: fixedRange(span), stack: [...stack.slice(-19), range] }
}

/** The way back: the range before the last zoom, or where there was none (an address opened elsewhere) one three times as long. */
export function zoomOut(stack: ZoomStack, range: TimeRange, nowMs: number): { range: TimeRange; stack: ZoomStack } {
  const last = stack.at(-1)
  if (last !== undefined) return { range: last, stack: stack.slice(0, -1) }
  const { fromMs, toMs } = spanOf(range, nowMs)
  const length = Math.min((toMs - fromMs) * 3, longestMs)
  const middle = (fromMs + toMs) / 2
  if (middle + length / 2 < nowMs) {
    return { range: fixedRange({ fromMs: middle - length / 2, toMs: middle + length / 2 }), stack: [] }
  }
  return { range: shiftRange(fixedRange({ fromMs: nowMs - length, toMs: nowMs }), nowMs, 1), stack: [] }
}

/** What the history's entry holds, where it is a stack; anything else is an empty one. */
export function readStack(state: unknown): ZoomStack {
  const zooms: unknown = isRecord(state) ? state['zooms'] : undefined
  return Array.isArray(zooms) ? zooms.filter(isRange) : []
}

function isRange(value: unknown): value is TimeRange {
  return isRecord(value) && typeof value['from'] === 'string' && typeof value['to'] === 'string'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
