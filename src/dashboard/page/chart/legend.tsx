import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { Chart, ChartLine } from '../../api.ts'
import { lineUnit } from '../format/line-unit.ts'
import { formatValue } from '../format/unit.ts'
import { lineColours } from './colours.ts'
import { hasBands } from './line-series.ts'

const firstShown = 8

/** A chart's lines by name and colour, with the value under the cursor; without a cursor the newest one. */
export function Legend({
  chart,
  names,
  cursor,
}: {
  readonly chart: Chart
  readonly names: readonly string[]
  readonly cursor: number | null
}): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  const shown = isOpen ? chart.lines : chart.lines.slice(0, firstShown)
  const hidden = chart.lines.length - firstShown
  return (
    <div class="legend">
      <ul>
        {shown.map((line, index) => (
          <li key={`${line.hostUid} ${names[index]}`}>
            {line.statistic !== 'rate' && (
              <span
                class={`swatch swatch-${(index % lineColours) + 1}${index < lineColours ? '' : ' swatch-dashed'}`}
                aria-hidden="true"
              />
            )}
            <span class="legend-name" title={attributesOf(line)}>
              {names[index]}
            </span>
            <b>{formatValue(valueAt(line.average, cursor), lineUnit(chart, line))}</b>
            {hasBands(chart) && cursor !== null && (
              <span class="legend-band">{bandAt(line, cursor, lineUnit(chart, line))}</span>
            )}
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" class="quiet" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'show fewer' : `${hidden} more`}
        </button>
      )}
    </div>
  )
}

function valueAt(values: readonly (number | null)[], cursor: number | null): number | null | undefined {
  return cursor === null ? values.findLast((value) => value !== null) : values[cursor]
}

function bandAt(line: ChartLine, cursor: number, unit: string): string {
  const [min, max] = [line.min[cursor], line.max[cursor]]
  if (min === null || min === undefined || min === max) return ''
  return `${formatValue(min, unit)} – ${formatValue(max, unit)}`
}

function attributesOf(line: ChartLine): string {
  const attributes = Object.entries(line.attributes).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return [line.host, ...attributes].join('\n')
}
