import { useMemo } from 'preact/hooks'
import type { JSX } from 'preact'
import type { HostAnswer, LiveMessage } from '../../api.ts'
import { useApp } from '../app.ts'
import { isFollowing } from '../address/time-range.ts'
import { toPage, withOption } from '../address/view.ts'
import { liveAddress } from '../data/addresses.ts'
import { useLiveFeed } from '../data/live-feed.ts'
import { useAnswer } from '../data/use-answer.ts'
import { chartTitle } from '../format/title.ts'
import { FilterField } from '../parts/filter-field.tsx'
import { Failure, Loading } from '../parts/failure.tsx'
import { Link } from '../parts/link.tsx'
import { Notice } from '../parts/notice.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { ChartGroup, usePoints } from './chart-group.tsx'
import { chunkCharts } from './chunk-charts.ts'
import { HostFacts } from './host-facts.tsx'
import { HostLabels } from './host-name.tsx'
import { UnknownHost } from './unknown-host.tsx'
import { usePointSinks } from './use-point-sinks.ts'
import { useYoungRange } from './use-young-range.ts'

/** A host that has just begun has more charts with each of its first rounds. */
function freshFor({ nowMs, firstSeenMs }: HostAnswer): number {
  return nowMs - firstSeenMs < 90_000 ? 3000 : 30_000
}

/** One host: what it is, and all its charts by group. */
export function HostPage(): JSX.Element {
  const app = useApp()
  const { view } = app
  const uid = view.value.hosts[0] ?? ''
  const { answer, error, refresh } = useAnswer<HostAnswer>(
    uid === '' ? undefined : `./api/hosts/${encodeURIComponent(uid)}`,
    freshFor,
    (old, now) => old === now,
  )
  const { sinks, metrics, onNear } = usePointSinks()
  const points = usePoints()
  const words = (view.value.options['q'] ?? '').toLowerCase()
  const charts = useMemo(
    () =>
      (answer?.charts ?? []).filter((chart) =>
        `${chartTitle(chart.title, chart.metric)} ${chart.metric} ${chart.group}`.toLowerCase().includes(words),
      ),
    [answer, words],
  )

  useYoungRange(answer)

  function onMessage(message: LiveMessage): void {
    if (message.type === 'trouble') app.trouble.value = message
    if (message.type === 'points') for (const sink of sinks) sink.add(message.points)
  }
  function onReturn(): void {
    refresh()
    for (const sink of sinks) sink.refresh()
  }
  const isLive = isFollowing(view.value.range) && answer !== undefined
  useLiveFeed(isLive ? liveAddress([uid], metrics) : undefined, onMessage, onReturn)

  if (uid === '') {
    return (
      <Notice title="No host is named" isWholePage>
        <Link to={toPage(view.value, 'hosts')}>Choose one from the list</Link>
      </Notice>
    )
  }
  if (answer === undefined) {
    if (error?.status === 404) return <UnknownHost error={error} asked={uid} />
    return error === undefined ? <Loading /> : <Failure error={error} />
  }
  const { host } = answer
  return (
    <>
      <div class="bar">
        <p class="crumbs">
          <Link to={toPage(view.value, 'hosts')}>Hosts</Link> <span aria-hidden="true">›</span>
        </p>
        <h1>{host.name}</h1>
        <StatusMark state={host.state} />
        <HostLabels host={host} />
        <div class="bar-end">
          <FilterField label="Filter charts" />
        </div>
      </div>
      <HostFacts answer={answer} />
      {answer.charts.length === 0 && (
        <Notice title="This host has sent no metric" command="hostvitals doctor">
          <p>It was heard of, and nothing of it could be stored, or all of it is older than what is kept. There:</p>
        </Notice>
      )}
      {answer.charts.length > 0 && charts.length === 0 && (
        <Notice title="No chart fits the filter">
          <button type="button" onClick={() => app.go(withOption(view.value, 'q', ''))}>
            Show all {answer.charts.length}
          </button>
        </Notice>
      )}
      {chunkCharts(charts).map(({ title, index, charts: group }) => (
        <ChartGroup
          key={`${title} ${index}`}
          title={title}
          charts={group}
          host={uid}
          points={points}
          isContinued={index > 0}
          onNear={onNear}
        />
      ))}
    </>
  )
}
