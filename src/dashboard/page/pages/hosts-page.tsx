import { useEffect, useMemo, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { HostsAnswer, HostState, LiveMessage } from '../../api.ts'
import { useApp } from '../app.ts'
import { withOption } from '../address/view.ts'
import { liveAddress } from '../data/addresses.ts'
import { useAnswer } from '../data/use-answer.ts'
import { useLiveFeed } from '../data/live-feed.ts'
import { Failure, Loading } from '../parts/failure.tsx'
import { FilterField } from '../parts/filter-field.tsx'
import { NoSamples } from '../parts/no-samples.tsx'
import { Notice } from '../parts/notice.tsx'
import { OptionSelect } from '../parts/option-select.tsx'
import { Shape } from '../parts/status-mark.tsx'
import { useMedia } from '../parts/use-media.ts'
import { arrangeHosts } from './arrange-hosts.ts'
import { HostCards } from './host-cards.tsx'
import { HostTable } from './host-table.tsx'

const states: readonly HostState[] = ['up', 'late', 'down']

/** The first page: every host, the worst first, with its last hour. */
export function HostsPage(): JSX.Element {
  const app = useApp()
  const { options } = app.view.value
  const { answer, error, refresh } = useAnswer<HostsAnswer>('./api/hosts', 10_000)
  const [fresh, setFresh] = useState(answer)
  useEffect(() => setFresh(answer), [answer])
  const isNarrow = useMedia('(max-width: 899px)')

  function onMessage(message: LiveMessage): void {
    if (message.type === 'trouble') app.trouble.value = message
    if (message.type === 'hosts') setFresh((old) => old && withStates(old, message.hosts))
  }
  useLiveFeed(liveAddress([], []), onMessage, refresh)

  const shown = fresh ?? answer
  const { q: text = '', status, sort = 'status', view = isNarrow ? 'cards' : 'table' } = options
  const state = states.find((name) => name === status)
  const hosts = useMemo(
    () => (shown === undefined ? [] : arrangeHosts(shown.hosts, shown.columns, { text, state, sort })),
    [shown, text, state, sort],
  )
  if (shown === undefined) return error === undefined ? <Loading /> : <Failure error={error} />
  if (shown.hosts.length === 0) return <NoSamples />
  const sorts = [
    { value: 'status', words: 'status' },
    { value: 'name', words: 'name' },
    { value: 'seen', words: 'last seen' },
    ...shown.columns.map(({ id, title }) => ({ value: id, words: title })),
  ]
  const other = view === 'cards' ? 'table' : 'cards'
  return (
    <>
      <div class="bar">
        <h1>
          {shown.hosts.length} {shown.hosts.length === 1 ? 'host' : 'hosts'}
        </h1>
        <div class="counts" role="group" aria-label="Filter by status">
          {states.map((name) => (
            <button
              key={name}
              type="button"
              class={`count mark-${name}`}
              aria-pressed={state === name}
              onClick={() => app.go(withOption(app.view.value, 'status', state === name ? '' : name))}
            >
              <Shape state={name} /> {shown.hosts.filter((host) => host.state === name).length} {name}
            </button>
          ))}
        </div>
        <div class="bar-end">
          <FilterField label="Filter hosts" />
          <OptionSelect name="sort" label="Sort" choices={sorts} />
          <button type="button" onClick={() => app.go(withOption(app.view.value, 'view', other))}>
            {other === 'cards' ? 'Cards' : 'Table'}
          </button>
        </div>
      </div>
      {hosts.length === 0 ? (
        <Notice title="No host fits the filter">
          <button type="button" onClick={() => app.go({ options: {} })}>
            Show all {shown.hosts.length}
          </button>
        </Notice>
      ) : view === 'cards' ? (
        <HostCards hosts={hosts} columns={shown.columns} />
      ) : (
        <div class="wide" tabIndex={0} role="region" aria-label="Hosts">
          <HostTable hosts={hosts} columns={shown.columns} />
        </div>
      )}
      {shown.columns.some(({ isPinned }) => isPinned) && <p class="footnote">* pinned in consumer.config.ts</p>}
    </>
  )
}

type News = Extract<LiveMessage, { readonly type: 'hosts' }>['hosts']

function withStates(answer: HostsAnswer, news: News): HostsAnswer {
  const byUid = new Map(news.map((host) => [host.uid, host]))
  return { ...answer, hosts: answer.hosts.map((host) => ({ ...host, ...byUid.get(host.uid) })) }
}
