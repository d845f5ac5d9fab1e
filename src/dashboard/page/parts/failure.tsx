import type { JSX } from 'preact'
import type { AnswerError } from '../data/ask.ts'
import { Notice } from './notice.tsx'

/** Why a page has nothing to show: the server's own words, and its next step. */
export function Failure({ error }: { readonly error: AnswerError }): JSX.Element {
  return (
    <Notice title={error.message} command={error.nextStep} role="alert" isWholePage>
      {(error.status === 0 || error.status >= 500) && <p>Asked again every five seconds; the page fills by itself.</p>}
    </Notice>
  )
}

/** What stands there until the first answer. */
export function Loading(): JSX.Element {
  return (
    <p class="loading" role="status">
      Loading …
    </p>
  )
}
