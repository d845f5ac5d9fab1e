import type uPlot from 'uplot'
import type { Span } from '../address/time-range.ts'
import { formatIn, unitScale } from '../format/unit.ts'
import { timeTicks } from './axis-time.ts'
import type { Colours } from './colours.ts'
import { listenToPinch } from './listen-to-pinch.ts'
import { tickDigits } from './tick-digits.ts'
import { byteSteps, decadeTicks } from './value-range.ts'

/** What every chart of the page has in common. The functions are asked again at each drawing, so new data needs no new chart. */
export interface PlotSetting {
  readonly width: number
  readonly height: number
  readonly unit: string
  readonly isLogarithmic: boolean
  readonly colours: Colours
  readonly span: () => Span
  readonly values: () => [number, number]
  readonly onZoom: (span: Span) => void
  readonly onBack: () => void
  readonly onCursor: (index: number | null) => void
  readonly drawUnder: (plot: uPlot) => void
  readonly drawOver: (plot: uPlot) => void
}

/** One crosshair over all charts of the page. */
const syncKey = 'hostvitals'

// A `const enum` of a declaration has no value at run time: this is its `Logarithmic`.
const logarithmic = 3 as uPlot.Scale.Distr

/** uPlot's options of a chart: axes with units, a crosshair on all charts, dragging zooms, a double click goes back. */
export function plotOptions(
  setting: PlotSetting,
  series: readonly uPlot.Series[],
  bands: readonly uPlot.Band[],
): uPlot.Options {
  const { colours } = setting
  return {
    width: setting.width,
    height: setting.height,
    ms: 1,
    pxAlign: 0,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    series: [{}, ...series],
    bands: [...bands],
    scales: {
      x: { time: true, range: () => [setting.span().fromMs, setting.span().toMs] },
      y: { range: () => setting.values(), ...(setting.isLogarithmic ? { distr: logarithmic, log: 10 as const } : {}) },
    },
    axes: [timeAxis(colours), valueAxis(setting)],
    cursor: {
      sync: { key: syncKey, setSeries: false, scales: ['x', null], filters: { pub: isMove, sub: isMove } },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      points: { size: 7, width: 1.5, fill: colours.surface },
      y: false,
      bind: { dblclick: () => () => (setting.onBack(), null) },
    },
    hooks: {
      // Its listeners go with the plot's own element.
      ready: [({ over }) => listenToPinch(over, setting.span, setting.onZoom)],
      drawClear: [setting.drawUnder],
      draw: [setting.drawOver],
      setCursor: [(plot) => setting.onCursor(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < 5) return
          setting.onZoom({ fromMs: plot.posToVal(left, 'x'), toMs: plot.posToVal(left + width, 'x') })
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

/** Only the crosshair goes to the other charts; they learn of a zoom by the address. */
function isMove(type: string): boolean {
  return type === 'mousemove' || type === 'mouseleave'
}

function axis(colours: Colours): uPlot.Axis {
  return {
    stroke: colours.text,
    font: '11px system-ui, sans-serif',
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
  }
}

function timeAxis(colours: Colours): uPlot.Axis {
  return {
    ...axis(colours),
    space: 64,
    size: 38,
    gap: 6,
    values: (plot, splits, _index, _space, step) =>
      timeTicks(splits, step).map((words, index) => (fits(plot, splits[index] ?? 0, words) ? words : '')),
  }
}

/** Whether the words below a tick end before the chart does; half of them stand behind it. */
function fits(plot: uPlot, ms: number, words: string): boolean {
  const half = (Math.max(...words.split('\n').map(({ length }) => length)) * 6) / 2
  return plot.valToPos(ms, 'x') + half <= plot.bbox.width / devicePixelRatio + 10
}

function valueAxis({ colours, unit, values, isLogarithmic }: PlotSetting): uPlot.Axis {
  return {
    ...axis(colours),
    size: 66,
    gap: 6,
    space: 28,
    ...(unit.startsWith('By') ? { incrs: [...byteSteps] } : {}),
    ...(isLogarithmic ? { splits: () => [...decadeTicks(...values())] } : {}),
    values: (_plot, splits, _index, _space, step) => {
      if (isLogarithmic) return splits.map((value) => (value === null ? '' : formatIn(value, unitScale(unit, value))))
      const scale = unitScale(unit, Math.max(...values().map(Math.abs)))
      const digits = tickDigits(step / scale.divisor)
      return splits.map((value) => `${(value / scale.divisor).toFixed(digits)}${scale.suffix}`)
    },
  }
}
