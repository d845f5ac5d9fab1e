import { render } from 'preact'
import { App, AppContext } from './app.ts'
import { Page } from './page.tsx'
import './style/tokens.css'
import './style/base.css'
import './style/header.css'
import './style/hosts.css'
import './style/charts.css'
import './style/pages.css'
import './style/search.css'

// Below a proxy's path, opened without the last slash: relative addresses need it.
const base = document.querySelector('meta[name=hostvitals-base]')?.getAttribute('content') ?? ''
if (base !== '' && location.pathname === base) history.replaceState(null, '', `${base}/${location.search}`)

const place = document.getElementById('app')
if (place === null) throw new Error('index.html lacks the element with the id app')
render(
  <AppContext.Provider value={new App(Date.now)}>
    <Page />
  </AppContext.Provider>,
  place,
)
