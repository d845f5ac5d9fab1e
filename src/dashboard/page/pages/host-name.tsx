import type { JSX } from 'preact'
import type { HostRow } from '../../api.ts'
import { useApp } from '../app.ts'
import { toPage } from '../address/view.ts'
import { Link } from '../parts/link.tsx'

/** A host's name as a link to its page; with the begin of its id where another has the same name. */
export function HostName({ host }: { readonly host: HostRow }): JSX.Element {
  const view = useApp().view.value
  return (
    <Link to={toPage(view, 'host', { hosts: [host.uid] })} class="host-name">
      {host.name}
      {host.isNameShared && <small> {host.uid.slice(0, 8)}</small>}
    </Link>
  )
}

/** A host's labels: text of strangers, shown as text. */
export function HostLabels({ host }: { readonly host: HostRow }): JSX.Element {
  return (
    <span class="labels">
      {Object.entries(host.labels).map(([name, value]) => (
        <span class="label" key={name} title={`${name}: ${value}`}>
          {value}
        </span>
      ))}
    </span>
  )
}
