import { useEffect, useRef } from 'preact/hooks'
import type { JSX, RefObject } from 'preact'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useApp } from '../app.ts'
import { readColours } from './colours.ts'
import type { Colours } from './colours.ts'

/** What a canvas shows, and how it is made. */
export interface PlotProperties {
  /** When this text changes the chart is made anew; otherwise only its data is exchanged. */
  readonly shape: string
  readonly height: number
  readonly data: uPlot.AlignedData
  readonly build: (width: number, height: number, colours: Colours) => uPlot.Options
  readonly plot: RefObject<uPlot | null>
}

/** A canvas of uPlot, as wide as its place. */
export function Plot({ shape, height, data, build, plot }: PlotProperties): JSX.Element {
  const place = useRef<HTMLDivElement>(null)
  const app = useApp()
  const theme = app.themeCount.value
  const latest = useRef({ data, build })
  latest.current = { data, build }

  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const options = latest.current.build(Math.max(120, element.clientWidth), height, readColours())
    const made = new uPlot(options, latest.current.data, element)
    plot.current = made
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width) {
        made.setSize({ width: element.clientWidth, height })
      }
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.current = null
      made.destroy()
    }
  }, [shape, height, theme, plot])

  useEffect(() => plot.current?.setData(data), [data, plot])

  return <div class="plot" ref={place} />
}
