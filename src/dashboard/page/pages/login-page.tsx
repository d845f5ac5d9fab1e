import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { SessionRequest } from '../../api.ts'
import { useApp } from '../app.ts'
import { parseView } from '../address/view.ts'
import { AnswerError, ask } from '../data/ask.ts'

/** Where the server asks for a token: one field. Afterwards the view that was wanted. */
export function LoginPage(): JSX.Element {
  const app = useApp()
  const [token, setToken] = useState('')
  const [fault, setFault] = useState('')

  async function logIn(): Promise<void> {
    const body: SessionRequest = { token: token.trim() }
    try {
      const headers = { 'content-type': 'application/json' }
      await ask('./api/session', { method: 'POST', headers, body: JSON.stringify(body) })
    } catch (error) {
      setFault(error instanceof AnswerError ? `${error.message}. ${error.nextStep}` : String(error))
      return
    }
    const back = new URL(app.view.value.options['back'] ?? './', location.href)
    // Only a view of this page: an address that somebody else wrote leads nowhere else.
    app.go(back.origin === location.origin ? parseView(back.pathname, back.search) : { page: 'hosts', options: {} })
  }

  return (
    <form class="login" onSubmit={(event) => (event.preventDefault(), void logIn())}>
      <h1>This dashboard asks for its token</h1>
      <label>
        Token
        <input
          type="password"
          name="token"
          autocomplete="current-password"
          required
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <button type="submit">Log in</button>
      <p class="hint">It stands in the configuration of who runs `hostvitals serve`.</p>
      <p class="fault" role="alert">
        {fault}
      </p>
    </form>
  )
}
