import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { toPage } from '../address/view.ts'
import type { PageName } from '../address/view.ts'
import { Link } from './link.tsx'
import { LiveMark } from './live-mark.tsx'
import { RangePicker } from './range-picker.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const pages: readonly { readonly page: PageName; readonly words: string }[] = [
  { page: 'hosts', words: 'Hosts' },
  { page: 'compare', words: 'Compare' },
  { page: 'metrics', words: 'Metrics' },
  { page: 'pipeline', words: 'Pipeline' },
  { page: 'events', words: 'Events' },
]

/** Pages that show a range. */
const ranged: ReadonlySet<PageName> = new Set<PageName>(['host', 'compare', 'events'])

/** As the reader's keyboard has it. */
const shortcut = navigator.userAgent.includes('Mac')
  ? { keys: 'Meta+K', words: '⌘K' }
  : { keys: 'Control+K', words: 'Ctrl K' }

/** What stands above every page: where to go, which range, whether it is live, and the theme. */
export function Header({
  onKeys,
  onSearch,
}: {
  readonly onKeys: () => void
  readonly onSearch: () => void
}): JSX.Element {
  const app = useApp()
  const view = app.view.value
  return (
    <header class="top">
      <Link to={toPage(view, 'hosts')} class="brand">
        <img src="./icon.svg" alt="" width="20" height="20" />
        hostvitals
      </Link>
      <nav aria-label="Pages">
        {pages.map(({ page, words }) => {
          const isCurrent = page === view.page || (page === 'hosts' && view.page === 'host')
          return (
            <Link key={page} to={toPage(view, page)} isCurrent={isCurrent}>
              {words}
            </Link>
          )
        })}
      </nav>
      <div class="tools">
        <button
          type="button"
          class="search-opener"

          aria-keyshortcuts={shortcut.keys}
          onClick={onSearch}
        >
          <span class="search-word">Search</span> <kbd>{shortcut.words}</kbd>
        </button>
        <LiveMark />
        {ranged.has(view.page) && <RangePicker />}
        <button type="button" class="icon" aria-label="Keys" title="Keys ( ? )" onClick={onKeys}>
          ?
        </button>
        <ThemeToggle />
      </div>
    </header>
  )
}
