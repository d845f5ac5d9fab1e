import { useMemo, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type uPlot from 'uplot'
import type { Chart } from '../../api.ts'
import type { Span } from '../address/time-range.ts'
import { useApp } from '../app.ts'
import { lineNames } from '../format/line-name.ts'
import { lineUnit, orderedChart, plottedChart } from '../format/line-unit.ts'
import { formatMoment, formatShort, formatUtc } from '../format/time.ts'
import { formatValue, unitWords } from '../format/unit.ts'
import { ChartMenu } from './chart-menu.tsx'
import { ChartNotes } from './chart-notes.tsx'
import { drawHeatmap, heatmapRange } from './draw-heatmap.ts'
import { drawSpans } from './draw-spans.ts'
import { drawThresholds } from './draw-thresholds.ts'
import { Legend } from './legend.tsx'
import { hasBands, lineData, lineSeries } from './line-series.ts'
import { moveCursor } from './move-cursor.ts'
import { Plot } from './plot.tsx'
import { plotOptions } from './plot-options.ts'
import { toldSpans } from './spans.ts'
import { valueRange } from './value-range.ts'

/** A chart, and where it stands. */
export interface ChartProperties {
  readonly chart: Chart
  readonly title: string
  readonly span: Span
  /** The address that gives these numbers. */
  readonly address: string
  /** The level of its heading: below a group's, or right below the page's. */
  readonly heading?: 'h2' | 'h3'
  readonly height?: number
  /** Least and greatest of the vertical axis, where several charts share one. */
  readonly values?: [number, number] | undefined
}

/** A chart with all that belongs to it: title, unit, menu, lines, the words of what is late or lost, and the value under the cursor. */
export function ChartView({
  chart: given,
  title,
  span,
  address,
  height = 190,
  heading: Title = 'h3',
  values,
}: ChartProperties): JSX.Element {
  const app = useApp()
  const chart = useMemo(() => orderedChart(given), [given])
  const plotted = useMemo(() => plottedChart(chart), [chart])
  const plot = useRef<uPlot>(null)
  const [cursor, setCursor] = useState<number | null>(null)
  const [spoken, setSpoken] = useState('')
  const spans = useMemo(() => toldSpans(chart, span.fromMs, span.toMs), [chart, span])
  const drawn = useRef({ chart: plotted, span, spans, values })
  drawn.current = { chart: plotted, span, spans, values }

  const names = useMemo(() => lineNames(chart.lines), [chart.lines])
  const data = useMemo(() => (plotted.heatmap === null ? lineData(plotted) : percentileData(plotted)), [plotted])
  const cursorMs = cursor === null ? undefined : chart.times[cursor]
  const isEmpty = chart.lines.every((line) => line.average.every((value) => value === null))

  function onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Backspace') app.zoomBack()
    const at = plot.current === null ? undefined : moveCursor(plot.current, event.key, event.shiftKey)
    if (at === undefined) return
    event.preventDefault()
    const values = chart.lines
      .slice(0, 5)
      .map((line, i) => `${names[i]} ${formatValue(line.average[at], lineUnit(chart, line))}`)
    setSpoken(`${formatMoment(chart.times[at] ?? 0)}: ${values.join(', ')}`)
  }

  return (
    <figure class="chart" data-metric={chart.metric}>
      <figcaption>
        <Title title={[chart.metric, chart.description ?? ''].join('\n').trim()}>{title}</Title>
        <span class="unit">{unitWords(chart.unit)}</span>
        {cursorMs !== undefined && (
          <time class="cursor-time" title={formatUtc(cursorMs)}>
            {formatShort(cursorMs, span.toMs - span.fromMs)}
            {isElsewhere(cursorMs) && <small> {formatUtc(cursorMs)}</small>}
          </time>
        )}
        <ChartMenu chart={chart} title={title} address={address} />
      </figcaption>
      <div
        class="plot-focus"
        tabIndex={0}
        role="application"
        aria-roledescription="chart"
        aria-label={`${title}${chart.unit === '' ? '' : ` in ${unitWords(chart.unit)}`}. Arrow keys move the cursor.`}
        onKeyDown={onKey}
      >
        <Plot
          plot={plot}
          height={height}
          data={data}
          shape={`${chart.metric} ${chart.unit} ${chart.heatmap === null} ${hasBands(plotted)} ${names.join('\n')}`}
          build={(width, plotHeight, colours) => {
            const { series, bands } = lineSeries(drawn.current.chart, colours)
            const setting = {
              width,
              height: plotHeight,
              unit: chart.unit,
              isLogarithmic: chart.heatmap !== null,
              colours,
              span: () => drawn.current.span,
              values: () => drawn.current.values ?? rangeOf(drawn.current.chart),
              onZoom: (zoomed: Span) => app.zoom(zoomed),
              onBack: () => app.zoomBack(),
              onCursor: setCursor,
              drawUnder: (made: uPlot) => {
                const { heatmap, times } = drawn.current.chart
                if (heatmap !== null) drawHeatmap(made, heatmap, times, colours)
                drawSpans(made, drawn.current.spans, colours)
              },
              drawOver: (made: uPlot) =>
                drawThresholds(made, drawn.current.chart.threshold, drawn.current.chart.unit, colours),
            }
            return plotOptions(setting, series, bands)
          }}
        />
        {isEmpty && <p class="plot-empty">no values in this range</p>}
      </div>
      <Legend chart={chart} names={names} cursor={cursor} />
      <ChartNotes chart={chart} spans={spans} span={span} />
      <p class="unseen" aria-live="polite">
        {spoken}
      </p>
    </figure>
  )
}

/** Whether the reader's clock shows something else than UTC. */
function isElsewhere(ms: number): boolean {
  return new Date(ms).getTimezoneOffset() !== 0
}

function rangeOf(chart: Chart): [number, number] {
  return chart.heatmap === null ? valueRange(chart, hasBands(chart)) : heatmapRange(chart.heatmap, chart.lines)
}

/** A logarithmic axis has no zero: what is zero there is a gap. */
function percentileData(chart: Chart): uPlot.AlignedData {
  const columns = chart.lines.map((line) => line.average.map((value) => (value === 0 ? null : value)))
  return [[...chart.times], ...columns]
}
