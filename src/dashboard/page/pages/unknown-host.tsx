import type { JSX } from 'preact'
import type { HostsAnswer } from '../../api.ts'
import { useApp } from '../app.ts'
import { toPage } from '../address/view.ts'
import type { AnswerError } from '../data/ask.ts'
import { useAnswer } from '../data/use-answer.ts'
import { Link } from '../parts/link.tsx'
import { Notice } from '../parts/notice.tsx'

/** An address names a host that is not there: the server's words, and the hosts whose names are nearest. */
export function UnknownHost({ error, asked }: { readonly error: AnswerError; readonly asked: string }): JSX.Element {
  const view = useApp().view.value
  const { answer } = useAnswer<HostsAnswer>('./api/hosts', 0)
  const named = (answer?.hosts ?? []).filter(
    (host) => error.nearest.includes(host.name) || error.nearest.includes(host.uid) || host.name === asked,
  )
  return (
    <Notice title={error.message} command={error.nextStep} role="alert" isWholePage>
      {named.length > 0 && (
        <p>
          Did you mean{' '}
          {named.map((host) => (
            <Link key={host.uid} to={toPage(view, 'host', { hosts: [host.uid] })} class="nearest">
              {host.name}
            </Link>
          ))}
          ?
        </p>
      )}
      <p>
        <Link to={toPage(view, 'hosts')}>All hosts</Link>
      </p>
    </Notice>
  )
}
