import type { JSX } from 'preact'
import type { Chart } from '../../api.ts'
import type { Span } from '../address/time-range.ts'
import { formatValue } from '../format/unit.ts'
import { spanSentence } from './spans.ts'
import type { ToldSpan } from './spans.ts'

/** What a chart draws, in words: thresholds, what arrived late, what is lost and why, and what was left out. */
export function ChartNotes({
  chart,
  spans,
  span,
}: {
  readonly chart: Chart
  readonly spans: readonly ToldSpan[]
  readonly span: Span
}): JSX.Element | null {
  const { threshold, unit, linesLeftOut } = chart
  const limits = [
    ...(typeof threshold?.warn === 'number' ? [`warn from ${formatValue(threshold.warn, unit)}`] : []),
    ...(typeof threshold?.critical === 'number' ? [`critical from ${formatValue(threshold.critical, unit)}`] : []),
  ]
  if (limits.length === 0 && spans.length === 0 && linesLeftOut === 0) return null
  return (
    <ul class="notes">
      {limits.length > 0 && <li>{limits.join(', ')}</li>}
      {spans.slice(0, 3).map((told) => (
        <li key={`${told.kind} ${told.fromMs}`} class={`note-${told.kind}`}>
          {spanSentence(told, span.toMs - span.fromMs)}
        </li>
      ))}
      {spans.length > 3 && <li>and {spans.length - 3} more such spans</li>}
      {linesLeftOut > 0 && <li>{linesLeftOut} more lines are not drawn: choose hosts or a top N</li>}
    </ul>
  )
}
