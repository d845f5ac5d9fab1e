import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { ChartName, LivePoint } from '../../api.ts'
import { useApp } from '../app.ts'
import { ChartView } from '../chart/chart-view.tsx'
import { chartTitle } from '../format/title.ts'
import { NextStep } from '../parts/notice.tsx'
import { useNear } from '../parts/use-near.ts'
import { useCharts } from './use-charts.ts'

/** A group that came near to what is seen: it takes live points. */
export interface PointSink {
  readonly metrics: readonly string[]
  readonly add: (points: readonly LivePoint[]) => void
  readonly refresh: () => void
}

/** The charts of a host that stand under one heading. They are asked for when they come near to what is seen. */
export function ChartGroup({
  title,
  charts,
  host,
  points,
  isContinued,
  onNear,
}: {
  readonly title: string
  readonly charts: readonly ChartName[]
  readonly host: string
  readonly points: number
  /** True where the heading stands above the group before. */
  readonly isContinued: boolean
  /** Told once the group is near; what it returns is called when it goes. */
  readonly onNear: (sink: PointSink) => () => void
}): JSX.Element {
  const { range } = useApp().view.value
  const { place, isNear } = useNear<HTMLElement>()
  const question = { metrics: charts.map(({ metric }) => metric), hosts: [host], range, points }
  const { answer, error, span, address, refresh, addPoints } = useCharts(question, isNear)
  const latest = useRef({ add: addPoints, refresh })
  latest.current = { add: addPoints, refresh }
  const names = question.metrics.join('\n')
  useEffect(() => {
    if (!isNear) return undefined
    return onNear({
      metrics: names.split('\n'),
      add: (news) => latest.current.add(news),
      refresh: () => latest.current.refresh(),
    })
  }, [isNear, names, onNear])

  return (
    <section class={isContinued ? 'group-continued' : 'group'} ref={place} aria-label={title}>
      {!isContinued && <h2>{title}</h2>}
      {error !== undefined && error.status > 0 && error.status < 500 && (
        <div class="fault" role="alert">
          {error.message} <NextStep text={error.nextStep} />
        </div>
      )}
      <div class="charts">
        {charts.map(({ metric, title: given }) => {
          const name = chartTitle(given, metric)
          const chart = answer?.charts.find((found) => found.metric === metric)
          if (chart === undefined) {
            return (
              <figure class="chart chart-waiting" key={metric}>
                <figcaption>
                  <h3>{name}</h3>
                </figcaption>
              </figure>
            )
          }
          return <ChartView key={metric} chart={chart} title={name} span={span} address={address} />
        })}
      </div>
    </section>
  )
}

/** How many points a chart gets: as many as a usual chart can show apart. */
export function usePoints(): number {
  const [points] = useState(() => (window.innerWidth < 700 ? 160 : 240))
  return points
}
