import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../app.ts'
import { AnswerError, ask } from './ask.ts'

const retryMs = 5000

/** An answer of the server, and what keeps it from being a new one. The last answer stays while a newer one is missing. */
export interface Answered<Answer> {
  readonly answer: Answer | undefined
  readonly error: AnswerError | undefined
  /** Asks again at once. */
  readonly refresh: () => void
}

interface Held<Answer> {
  readonly address: string
  readonly answer: Answer | undefined
  readonly error: AnswerError | undefined
}

/**
 * Asks for an address when it changes, every `everyMs` while the page is seen (0: once; a function of the answer must be the same at
 * each call), and again after a failure. `keep` says which old answer still makes sense at a new address; without it every one does.
 */
export function useAnswer<Answer>(
  address: string | undefined,
  everyMs: number | ((answer: Answer) => number),
  keep?: (old: string, now: string) => boolean,
): Answered<Answer> {
  const app = useApp()
  const [held, setHeld] = useState<Held<Answer>>()
  const [round, setRound] = useState(0)
  const refresh = useRef(() => setRound((count) => count + 1)).current

  useEffect(() => {
    if (address === undefined) return undefined
    const aborted = new AbortController()
    let timer: number | undefined
    function again(afterMs: number): void {
      timer = window.setTimeout(() => (document.hidden ? again(afterMs) : refresh()), afterMs)
    }
    ask<Answer>(address, { signal: aborted.signal }).then(
      (answer) => {
        setHeld({ address, answer, error: undefined })
        app.trouble.value = undefined
        const afterMs = typeof everyMs === 'number' ? everyMs : everyMs(answer)
        if (afterMs > 0) again(afterMs)
        return undefined
      },
      (error: unknown) => {
        if (aborted.signal.aborted) return
        const told = error instanceof AnswerError ? error : unreadable(error)
        if (told.status === 401) app.go({ page: 'login', options: { back: location.href } }, 'replace')
        setHeld((old) => ({ address, answer: old?.answer, error: told }))
        if (told.status === 0 || told.status >= 500) {
          app.trouble.value = { problem: told.message, nextStep: told.nextStep }
          again(retryMs)
        }
      },
    )
    return () => {
      aborted.abort()
      window.clearTimeout(timer)
    }
  }, [address, everyMs, round, app, refresh])

  const fits =
    held !== undefined && (held.address === address || keep === undefined || keep(held.address, address ?? ''))
  return { answer: fits ? held.answer : undefined, error: held?.address === address ? held?.error : undefined, refresh }
}

function unreadable(cause: unknown): AnswerError {
  const answer = { error: 'The server’s answer could not be read', nextStep: 'hostvitals doctor' }
  return new AnswerError(0, answer, cause)
}
