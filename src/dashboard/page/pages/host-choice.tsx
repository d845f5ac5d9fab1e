import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { HostRow } from '../../api.ts'
import { useApp } from '../app.ts'
import { Disclosure } from '../parts/disclosure.tsx'

const mostListed = 100

/** Which hosts are compared: all, or those that are ticked. */
export function HostChoice({ hosts }: { readonly hosts: readonly HostRow[] }): JSX.Element {
  const app = useApp()
  const chosen = app.view.value.hosts
  const [text, setText] = useState('')
  const fitting = hosts.filter((host) => host.name.toLowerCase().includes(text.toLowerCase()))
  const words = chosen.length === 0 ? 'all' : chosen.length === 1 ? nameOf(hosts, chosen[0]) : `${chosen.length} hosts`
  function toggle(uid: string): void {
    app.go({ hosts: chosen.includes(uid) ? chosen.filter((one) => one !== uid) : [...chosen, uid] })
  }
  return (
    <div class="option">
      Hosts
      <Disclosure label={`Hosts: ${words}`} button={`${words} ▾`} class="choice">
        <input
          type="search"
          aria-label="Find a host"
          placeholder="Find a host"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="button" disabled={chosen.length === 0} onClick={() => app.go({ hosts: [] })}>
          All hosts
        </button>
        <ul>
          {fitting.slice(0, mostListed).map((host) => (
            <li key={host.uid}>
              <label>
                <input type="checkbox" checked={chosen.includes(host.uid)} onChange={() => toggle(host.uid)} />
                {host.name}
                {host.isNameShared && <small> {host.uid.slice(0, 8)}</small>}
              </label>
            </li>
          ))}
        </ul>
        {fitting.length > mostListed && <p class="hint">{fitting.length - mostListed} more: type a part of the name</p>}
      </Disclosure>
    </div>
  )
}

function nameOf(hosts: readonly HostRow[], uid: string | undefined): string {
  return hosts.find((host) => host.uid === uid)?.name ?? uid ?? 'all'
}
