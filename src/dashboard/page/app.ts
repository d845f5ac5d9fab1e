import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { signal } from '@preact/signals'
import type { ReadonlySignal, Signal } from '@preact/signals'
import { spanOf } from './address/time-range.ts'
import type { Span, TimeRange } from './address/time-range.ts'
import { hrefOf, parseView } from './address/view.ts'
import type { View } from './address/view.ts'
import { readStack, zoomIn, zoomOut } from './address/zoom-stack.ts'
import type { LiveState } from './data/live-feed.ts'

/** Why the page does not show the newest. */
export interface Trouble {
  readonly problem: string
  readonly nextStep: string
}

/** What all parts of the page share: the address, which is the state, and how the page stands with its server. */
export class App {
  readonly view: ReadonlySignal<View>
  readonly live: Signal<LiveState> = signal({ state: 'none' })
  readonly isLiveWanted: Signal<boolean> = signal(true)
  readonly trouble: Signal<Trouble | undefined> = signal(undefined)
  /** Rises when the theme changes: charts take their colours anew. */
  readonly themeCount: Signal<number> = signal(0)
  readonly now: () => number
  readonly #view: Signal<View>

  constructor(now: () => number) {
    this.now = now
    this.#view = signal(parseView(location.pathname, location.search))
    this.view = this.#view
    window.addEventListener('popstate', () => (this.#view.value = parseView(location.pathname, location.search)))
  }

  /** Changes the address, and with it what is shown. `replace` leaves no step to go back to. */
  go(change: Partial<View>, how: 'push' | 'replace' = 'push', state: unknown = history.state): void {
    const view = { ...this.#view.value, ...change }
    const href = hrefOf(view)
    if (how === 'push') history.pushState(state, '', href)
    else history.replaceState(state, '', href)
    const isOtherPage = view.page !== this.#view.value.page
    this.#view.value = view
    if (isOtherPage) window.scrollTo(0, 0)
  }

  /** Shows another range; the way back through zooms begins anew. */
  showRange(range: TimeRange): void {
    this.go({ range }, 'push', null)
  }

  /** Zooms all charts into a span. */
  zoom(span: Span): void {
    const next = zoomIn(readStack(history.state), this.#view.value.range, span)
    this.go({ range: next.range }, 'push', { zooms: next.stack })
  }

  /** Goes back to the range before the last zoom. */
  zoomBack(): void {
    const next = zoomOut(readStack(history.state), this.#view.value.range, this.now())
    this.go({ range: next.range }, 'push', { zooms: next.stack })
  }

  /** The range shown, in milliseconds. */
  span(): Span {
    return spanOf(this.#view.value.range, this.now())
  }
}

/** Where the parts find it. */
export const AppContext = createContext<App | undefined>(undefined)

/** The page's shared state. Throws outside of the page. */
export function useApp(): App {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error('this part stands outside of the page: wrap it in AppContext.Provider')
  return app
}
