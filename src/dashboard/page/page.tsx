import { useEffect, useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { useApp } from './app.ts'
import type { PageName } from './address/view.ts'
import { ComparePage } from './pages/compare-page.tsx'
import { EventsPage } from './pages/events-page.tsx'
import { HostPage } from './pages/host-page.tsx'
import { HostsPage } from './pages/hosts-page.tsx'
import { LoginPage } from './pages/login-page.tsx'
import { MetricsPage } from './pages/metrics-page.tsx'
import { PipelinePage } from './pages/pipeline-page.tsx'
import { Header } from './parts/header.tsx'
import { listenToKeys } from './parts/key-commands.ts'
import { KeysSheet } from './parts/keys-sheet.tsx'
import { TroubleBanner } from './parts/trouble-banner.tsx'
import { SearchDialog } from './search/search-dialog.tsx'

const pages: Readonly<Record<PageName, () => JSX.Element>> = {
  hosts: HostsPage,
  host: HostPage,
  compare: ComparePage,
  metrics: MetricsPage,
  pipeline: PipelinePage,
  events: EventsPage,
  login: LoginPage,
}

/** The whole page: what stands above every view, and the view that the address asks for. */
export function Page(): JSX.Element {
  const app = useApp()
  const keys = useRef<HTMLDialogElement>(null)
  const { page } = app.view.value
  const Shown = pages[page]
  const [isSearching, setSearching] = useState(false)
  useEffect(
    () => listenToKeys(app, { onKeys: () => keys.current?.showModal(), onSearch: () => setSearching(true) }),
    [app],
  )
  useEffect(() => {
    document.title = `${page.charAt(0).toUpperCase()}${page.slice(1)} · hostvitals`
  }, [page])
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Header onKeys={() => keys.current?.showModal()} onSearch={() => setSearching(true)} />
      <TroubleBanner />
      <main id="content" tabIndex={-1}>
        <Shown />
      </main>
      <SearchDialog isOpen={isSearching} onClose={() => setSearching(false)} />
      <KeysSheet dialog={keys} />
    </>
  )
}
