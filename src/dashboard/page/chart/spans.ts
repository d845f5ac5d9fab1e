import type { LateSpan, LostSpan } from '../../api.ts'
import { formatAge, formatShort } from '../format/time.ts'

/** A span of a chart that has something to say, in words. */
export interface ToldSpan {
  readonly kind: 'late' | 'lost'
  readonly fromMs: number
  readonly toMs: number
  readonly words: string
}

/** The late and lost spans that a range touches, each span once however many hosts it had. */
export function toldSpans(
  { late, lost }: { readonly late: readonly LateSpan[]; readonly lost: readonly LostSpan[] },
  fromMs: number,
  toMs: number,
): readonly ToldSpan[] {
  const told = new Map<string, ToldSpan>()
  for (const span of late) {
    const words = `offline ${formatAge(span.toMs - span.fromMs)}, arrived later`
    told.set(`late ${span.fromMs} ${span.toMs}`, { kind: 'late', fromMs: span.fromMs, toMs: span.toMs, words })
  }
  for (const span of lost) {
    const words = `lost for good: ${span.reason}`
    told.set(`lost ${span.fromMs} ${span.toMs}`, { kind: 'lost', fromMs: span.fromMs, toMs: span.toMs, words })
  }
  return [...told.values()]
    .filter((span) => span.toMs > fromMs && span.fromMs < toMs)
    .toSorted((a, b) => a.fromMs - b.fromMs)
}

/** When a span was, and what it was, for the lines under a chart. */
export function spanSentence(span: ToldSpan, rangeMs: number): string {
  return `${formatShort(span.fromMs, rangeMs)} – ${formatShort(span.toMs, rangeMs)}: ${span.words}`
}
