import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { withOption } from '../address/view.ts'

/** The field that narrows what a page lists; its text is part of the address. `/` goes there. */
export function FilterField({ label }: { readonly label: string }): JSX.Element {
  const app = useApp()
  const view = app.view.value
  return (
    <input
      class="filter"
      type="search"
      aria-label={label}
      placeholder={`${label} ( / )`}
      autocomplete="off"
      spellcheck={false}
      data-filter
      value={view.options['q'] ?? ''}
      onInput={(event) => app.go(withOption(view, 'q', event.currentTarget.value), 'replace')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
    />
  )
}
