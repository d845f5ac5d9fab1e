import type { JSX } from 'preact'
import type { EventsAnswer } from '../../api.ts'
import { useApp } from '../app.ts'
import { isFollowing } from '../address/time-range.ts'
import { toPage, withOption } from '../address/view.ts'
import { useAnswer } from '../data/use-answer.ts'
import { formatMoment, formatUtc } from '../format/time.ts'
import { Failure, Loading } from '../parts/failure.tsx'
import { FilterField } from '../parts/filter-field.tsx'
import { Link } from '../parts/link.tsx'
import { Notice } from '../parts/notice.tsx'
import { OptionSelect } from '../parts/option-select.tsx'
import { StatusMark } from '../parts/status-mark.tsx'

const kinds = ['threshold', 'restart', 'reboot', 'gap', 'dead-letter', 'new-host'] as const

/** What happened in the range, the newest first. */
export function EventsPage(): JSX.Element {
  const app = useApp()
  const view = app.view.value
  const { range, options } = view
  const address = `./api/events?${new URLSearchParams({ from: range.from, to: range.to })}`
  const { answer, error } = useAnswer<EventsAnswer>(address, isFollowing(range) ? 10_000 : 0)
  if (answer === undefined) return error === undefined ? <Loading /> : <Failure error={error} />
  const { q: text = '', kind = '' } = options
  const events = answer.events.filter(
    (event) =>
      (kind === '' || event.kind === kind) && `${event.host} ${event.text}`.toLowerCase().includes(text.toLowerCase()),
  )
  return (
    <>
      <div class="bar">
        <h1>Events</h1>
        <div class="bar-end">
          <FilterField label="Filter events" />
          <OptionSelect
            name="kind"
            label="Kind"
            choices={[{ value: '', words: 'all' }, ...kinds.map((value) => ({ value, words: value }))]}
          />
        </div>
      </div>
      {error !== undefined && error.status >= 400 && error.status < 500 && <Failure error={error} />}
      {answer.isCut && <p class="footnote">Only the newest 1 000 are shown: choose a shorter range.</p>}
      {answer.events.length === 0 ? (
        <Notice title="Nothing happened in this range">
          <p>No threshold was passed, no host restarted, nothing was lost. A longer range may show more.</p>
          <button type="button" onClick={() => app.showRange({ from: 'now-7d', to: 'now' })}>
            Show 7 days
          </button>
        </Notice>
      ) : events.length === 0 ? (
        <Notice title="No event fits the filter">
          <button type="button" onClick={() => app.go(withOption(withOption(view, 'q', ''), 'kind', ''))}>
            Show all {answer.events.length}
          </button>
        </Notice>
      ) : (
        <ol class="events">
          {events.map((event, index) => (
            <li key={`${event.timeMs} ${index}`}>
              <time title={formatUtc(event.timeMs)}>{formatMoment(event.timeMs)}</time>
              <StatusMark state={event.level} />
              <span class="event-kind">{event.kind}</span>
              <span class="event-host">
                {event.hostUid === null ? (
                  event.host
                ) : (
                  <Link to={toPage(view, 'host', { hosts: [event.hostUid] })}>{event.host ?? event.hostUid}</Link>
                )}
              </span>
              <span class="event-text">{event.text}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
