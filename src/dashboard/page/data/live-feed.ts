import { useEffect, useRef } from 'preact/hooks'
import type { LiveMessage } from '../../api.ts'
import { useApp } from '../app.ts'

const reconnectSeconds = 3

/**
 * Reads what is new while the page is seen. A cut connection is opened again after three seconds, counted down where the page says
 * `live`; `onReturn` then asks for what was missed. The address undefined: nothing is read.
 */
export function useLiveFeed(
  address: string | undefined,
  onMessage: (message: LiveMessage) => void,
  onReturn: () => void,
): void {
  const app = useApp()
  const handlers = useRef({ onMessage, onReturn })
  handlers.current = { onMessage, onReturn }
  const isWanted = app.isLiveWanted.value

  useEffect(() => {
    if (address === undefined || !isWanted) {
      app.live.value = { state: address === undefined ? 'none' : 'paused' }
      return undefined
    }
    const feed = new LiveFeed(address, {
      onMessage: (message) => handlers.current.onMessage(message),
      onReturn: () => handlers.current.onReturn(),
      onState: (state) => (app.live.value = state),
    })
    const onVisibility = (): void => (document.hidden ? feed.pause() : feed.open())
    document.addEventListener('visibilitychange', onVisibility)
    onVisibility()
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      feed.pause()
      app.live.value = { state: 'none' }
    }
  }, [address, app, isWanted])
}

/** What the page says of its live connection. */
export type LiveState =
  | { readonly state: 'none' | 'connecting' | 'live' | 'paused' }
  | { readonly state: 'reconnecting'; readonly seconds: number }

interface FeedHandlers {
  readonly onMessage: (message: LiveMessage) => void
  readonly onReturn: () => void
  readonly onState: (state: LiveState) => void
}

/** One connection that is opened again when it breaks. */
class LiveFeed {
  readonly #address: string
  readonly #handlers: FeedHandlers
  #source: EventSource | undefined
  #timer: number | undefined
  #wasCut = false

  constructor(address: string, handlers: FeedHandlers) {
    this.#address = address
    this.#handlers = handlers
  }

  open(): void {
    if (this.#source !== undefined) return
    if (!this.#wasCut) this.#handlers.onState({ state: 'connecting' })
    const source = new EventSource(this.#address)
    this.#source = source
    source.addEventListener('open', () => {
      this.#handlers.onState({ state: 'live' })
      if (this.#wasCut) this.#handlers.onReturn()
      this.#wasCut = false
    })
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      // Both ends are built from one contract, `api.ts`, in one package.
      this.#handlers.onMessage(JSON.parse(data) as LiveMessage)
    })
    source.addEventListener('error', () => {
      this.#close()
      this.#wasCut = true
      this.#countDown(reconnectSeconds)
    })
  }

  /** Closes the connection; what was missed is asked for when it is opened again. */
  pause(): void {
    if (this.#source !== undefined) this.#wasCut = true
    this.#close()
    this.#handlers.onState({ state: 'paused' })
  }

  #close(): void {
    this.#source?.close()
    this.#source = undefined
    window.clearTimeout(this.#timer)
  }

  #countDown(seconds: number): void {
    if (seconds === 0) {
      this.open()
      return
    }
    this.#handlers.onState({ state: 'reconnecting', seconds })
    this.#timer = window.setTimeout(() => this.#countDown(seconds - 1), 1000)
  }
}
