import type { ComponentChildren, JSX } from 'preact'
import { useApp } from '../app.ts'
import { hrefOf } from '../address/view.ts'
import type { View } from '../address/view.ts'

/** A link to a view: followed without loading the page anew, and a real address for a new tab. */
export function Link({
  to,
  children,
  class: name,
  isCurrent = false,
}: {
  readonly to: View
  readonly children: ComponentChildren
  readonly class?: string
  readonly isCurrent?: boolean
}): JSX.Element {
  const app = useApp()
  function follow(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    app.go(to)
  }
  return (
    <a href={hrefOf(to)} class={name} aria-current={isCurrent ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  )
}
