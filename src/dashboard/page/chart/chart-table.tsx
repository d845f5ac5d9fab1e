import type { JSX } from 'preact'
import type { Chart } from '../../api.ts'
import { lineNames } from '../format/line-name.ts'
import { lineUnit } from '../format/line-unit.ts'
import { formatRowTime, formatUtc } from '../format/time.ts'
import { formatValue } from '../format/unit.ts'

/** A chart's numbers as a table, the newest first. */
export function ChartTable({
  chart,
  title,
  onClose,
}: {
  readonly chart: Chart
  readonly title: string
  readonly onClose: () => void
}): JSX.Element {
  const names = lineNames(chart.lines)
  const rangeMs = (chart.times.at(-1) ?? 0) - (chart.times[0] ?? 0)
  const order = chart.times.map((_time, at) => at).toReversed()
  return (
    <>
      <header class="sheet-head">
        <h2>{title}</h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      <div class="sheet-body" tabIndex={0} role="region" aria-label="Numbers">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Time</th>
              {names.map((name) => (
                <th scope="col" class="number" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((at) => (
              <tr key={at}>
                <th scope="row">
                  <time title={formatUtc(chart.times[at] ?? 0)}>{formatRowTime(chart.times[at] ?? 0, rangeMs)}</time>
                </th>
                {chart.lines.map((line, index) => (
                  <td class="number" key={names[index]}>
                    {line.average[at] === null ? 'gap' : formatValue(line.average[at], lineUnit(chart, line))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
