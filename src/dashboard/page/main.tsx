import { render } from 'preact'
import { App, AppContext } from './app.ts'
import { Page } from './page.tsx'
import './style/tokens.css'
import './style/base.css'
import './style/header.css'
import './style/hosts.css'
import './style/charts.css'
import './style/pages.css'

const place = document.getElementById('app')
if (place === null) throw new Error('index.html lacks the element with the id app')
render(
  <AppContext.Provider value={new App(Date.now)}>
    <Page />
  </AppContext.Provider>,
  place,
)
