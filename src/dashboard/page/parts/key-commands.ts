import { shiftRange } from '../address/time-range.ts'
import { toPage } from '../address/view.ts'
import type { PageName } from '../address/view.ts'
import type { App } from '../app.ts'

/** The keys of the page, with what they do. */
export const keyTable: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl K or ⌘K', 'find a host, a metric, a page'],
  ['/', 'filter, or find'],
  ['g h', 'hosts'],
  ['g c', 'compare'],
  ['g m', 'metrics'],
  ['g p', 'pipeline'],
  ['g e', 'events'],
  ['[ and ]', 'the range before, the range after'],
  ['← and →', 'on a chart: the cursor of all charts (Shift: by ten)'],
  ['Escape', 'on a chart: back to the range before the zoom'],
  ['l', 'hold and let go on the live values'],
  ['?', 'this list'],
]

const places: Readonly<Record<string, PageName>> = {
  h: 'hosts',
  c: 'compare',
  m: 'metrics',
  p: 'pipeline',
  e: 'events',
}

/** What keys open. */
export interface KeyTargets {
  readonly onKeys: () => void
  readonly onSearch: () => void
}

/**
 * Listens to the keys of the page; the function ends it. Keys typed into a field, or with Ctrl and the like, are not ours, but
 * for the search, which opens from everywhere.
 */
export function listenToKeys(app: App, { onKeys, onSearch }: KeyTargets): () => void {
  let before = ''
  function onKey(event: KeyboardEvent): void {
    if (isSearchKey(event)) {
      event.preventDefault()
      onSearch()
      return
    }
    const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea')
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    const isSecond = before === 'g'
    before = event.key
    if (run(event.key, isSecond)) event.preventDefault()
  }
  function run(key: string, isSecond: boolean): boolean {
    const page = isSecond ? places[key] : undefined
    if (page !== undefined) app.go(toPage(app.view.value, page))
    else if (key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus()
    else if (key === '?') onKeys()
    else if (key === 'l') app.isLiveWanted.value = !app.isLiveWanted.value
    else if (key === '[' || key === ']') {
      app.showRange(shiftRange(app.view.value.range, app.now(), key === '[' ? -1 : 1))
    } else return false
    return true
  }
  window.addEventListener('keydown', onKey)
  return () => window.removeEventListener('keydown', onKey)
}

function isSearchKey({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return ctrlKey !== metaKey && !altKey && !shiftKey && key.toLowerCase() === 'k'
}
