import { useMemo, useRef } from 'preact/hooks'
import type { JSX } from 'preact'
import type { HostsAnswer, LiveMessage, MetricsAnswer } from '../../api.ts'
import { useApp } from '../app.ts'
import { isFollowing } from '../address/time-range.ts'
import { ChartView } from '../chart/chart-view.tsx'
import { valueRange } from '../chart/value-range.ts'
import { liveAddress, oneChartAddress } from '../data/addresses.ts'
import { useLiveFeed } from '../data/live-feed.ts'
import { useAnswer } from '../data/use-answer.ts'
import { Failure, Loading } from '../parts/failure.tsx'
import { NoSamples } from '../parts/no-samples.tsx'
import { Notice } from '../parts/notice.tsx'
import { OptionSelect } from '../parts/option-select.tsx'
import { usePoints } from './chart-group.tsx'
import { HostChoice } from './host-choice.tsx'
import { smallMultiples } from './small-multiples.ts'
import { useCharts } from './use-charts.ts'

/** One metric of many hosts: over each other, side by side, or added up. */
export function ComparePage(): JSX.Element {
  const app = useApp()
  const view = app.view.value
  const catalogue = useAnswer<MetricsAnswer>('./api/metrics', 0)
  const hosts = useAnswer<HostsAnswer>('./api/hosts', 0)
  const metrics = catalogue.answer?.metrics ?? []
  const metric = view.metrics[0] ?? firstMetric(metrics.map((row) => row.metric))
  const { as = 'overlay', top = '10' } = view.options
  const question = {
    metrics: [metric ?? ''],
    hosts: view.hosts,
    range: view.range,
    points: usePoints() * 2,
    top: top === 'all' || as === 'sum' ? undefined : Number(top) || 10,
    isSum: as === 'sum',
  }
  const charts = useCharts(question, metric !== undefined)
  const latest = useRef(charts)
  latest.current = charts
  function onMessage(message: LiveMessage): void {
    if (message.type === 'trouble') app.trouble.value = message
    if (message.type === 'points') latest.current.addPoints(message.points)
  }
  const isLive = isFollowing(view.range) && as !== 'sum' && metric !== undefined
  useLiveFeed(isLive ? liveAddress(view.hosts, [metric]) : undefined, onMessage, () => latest.current.refresh())

  const chart = charts.answer?.charts[0]
  const small = useMemo(() => (chart === undefined || as !== 'multiples' ? [] : smallMultiples(chart)), [chart, as])
  const common = chart === undefined || chart.heatmap !== null ? undefined : valueRange(chart, false)
  const error = charts.error ?? catalogue.error
  if (catalogue.answer !== undefined && metrics.length === 0) return <NoSamples />
  return (
    <>
      <div class="bar">
        <h1>Compare</h1>
        <label class="option">
          Metric
          <select data-filter value={metric} onChange={(event) => app.go({ metrics: [event.currentTarget.value] })}>
            {[...new Set([...(metric === undefined ? [] : [metric]), ...metrics.map((row) => row.metric)])].map(
              (name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ),
            )}
          </select>
        </label>
        <HostChoice hosts={hosts.answer?.hosts ?? []} />
        {as !== 'sum' && (
          <OptionSelect
            name="top"
            label="Show"
            choices={['10', '5', '25', '50', 'all'].map((value) => ({
              value,
              words: value === 'all' ? 'all' : `top ${value}`,
            }))}
          />
        )}
        <OptionSelect
          name="as"
          label="As"
          choices={[
            { value: 'overlay', words: 'overlay' },
            { value: 'multiples', words: 'small multiples' },
            { value: 'sum', words: 'sum' },
          ]}
        />
      </div>
      {chart === undefined &&
        (error === undefined ? charts.answer === undefined && <Loading /> : <Failure error={error} />)}
      {chart === undefined && charts.answer !== undefined && error === undefined && <NotSent metric={metric} />}
      {chart !== undefined && small.length > 0 && (
        <div class="charts charts-small">
          {small.map((one) => (
            <ChartView
              key={one.title}
              chart={one.chart}
              title={one.title}
              span={charts.span}
              address={oneChartAddress(charts.address, one.chart.metric, one.hostUid)}
              height={130}
              heading="h2"
              values={common}
            />
          ))}
        </div>
      )}
      {chart !== undefined && as !== 'multiples' && (
        <ChartView
          chart={chart}
          title={as === 'sum' ? `${chart.metric}, sum of hosts` : chart.metric}
          span={charts.span}
          address={charts.address}
          height={380}
          heading="h2"
        />
      )}
      {chart !== undefined && chart.lines.length === 0 && <NotSent metric={metric} />}
    </>
  )
}

function NotSent({ metric = 'this' }: { readonly metric: string | undefined }): JSX.Element {
  const app = useApp()
  return (
    <Notice title={`No host sends ${metric} in this range`} command="hostvitals scrape">
      <button type="button" onClick={() => app.showRange({ from: 'now-7d', to: 'now' })}>
        Show 7 days
      </button>
      <p>What a host measures now is said there by:</p>
    </Notice>
  )
}

/** What is compared where the address names nothing: the processor, or the first metric there is. */
function firstMetric(names: readonly string[]): string | undefined {
  return names.find((name) => name === 'system.cpu.utilization') ?? names[0]
}
