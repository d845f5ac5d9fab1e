import type { JSX } from 'preact'
import { useApp } from '../app.ts'

/** Whether the page is live; a click (or `l`) holds it and lets it go on. */
export function LiveMark(): JSX.Element | null {
  const app = useApp()
  const live = app.live.value
  if (live.state === 'none') return null
  const words = {
    live: '● live',
    connecting: '○ connecting',
    paused: '‖ paused',
    reconnecting: live.state === 'reconnecting' ? `○ reconnecting (${live.seconds} s)` : '',
  }[live.state]
  return (
    <button
      type="button"
      class={`live live-${live.state}`}
      aria-pressed={app.isLiveWanted.value}
      onClick={() => (app.isLiveWanted.value = !app.isLiveWanted.value)}
    >
      {words}
    </button>
  )
}
