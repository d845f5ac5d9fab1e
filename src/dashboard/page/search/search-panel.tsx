import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { pageNamed, toPage } from '../address/view.ts'
import type { View } from '../address/view.ts'
import { findTargets } from './find-targets.ts'
import type { Target } from './find-targets.ts'
import { useTargets } from './use-targets.ts'

/** The field, and below it what fits: a combobox whose list is gone through with the arrows, while the focus stays in the field. */
export function SearchPanel({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const app = useApp()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const { targets, isComplete } = useTargets()
  const found = findTargets(typed, targets)
  const active = Math.min(at, found.length - 1)

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [active, typed])

  function go(target: Target | undefined): void {
    if (target === undefined) return
    onDone()
    app.go(viewOf(app.view.value, target))
    document.getElementById('content')?.focus()
  }
  function onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((active + step + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter') go(found[active])
    else return
    event.preventDefault()
  }
  return (
    <>
      <input
        class="search-field"
        type="text"
        role="combobox"
        aria-label="Find a host, a metric or a page"
        aria-expanded="true"
        aria-controls="search-list"
        aria-autocomplete="list"
        aria-activedescendant={active < 0 ? undefined : `search-${active}`}
        placeholder="Find a host, a metric, a page"
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKey}
      />
      <ul id="search-list" role="listbox" aria-label="What fits" ref={list}>
        {found.map((target, index) => (
          <li
            key={`${target.kind} ${target.id}`}
            id={`search-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerMove={() => setAt(index)}
            onClick={() => go(target)}
          >
            <span class="search-kind">{target.kind}</span>
            <b>{target.name}</b>
            <span class="search-detail">{target.detail}</span>
          </li>
        ))}
      </ul>
      <p class="search-said" role="status">
        {found.length > 0 ? '' : isComplete ? 'No host, metric or page is called so.' : 'Looking …'}
      </p>
    </>
  )
}

/** Where a target leads, over the range that is shown. */
function viewOf(view: View, { kind, id }: Target): View {
  if (kind === 'host') return toPage(view, 'host', { hosts: [id] })
  if (kind === 'metric') return toPage(view, 'compare', { metrics: [id] })
  return toPage(view, pageNamed(id))
}
