import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { parseRange, presets, shiftRange } from '../address/time-range.ts'
import type { TimeRange } from '../address/time-range.ts'
import { formatRange } from '../format/time.ts'
import { Disclosure } from './disclosure.tsx'

/** The range shown: by a click, typed, from a calendar, or one length further back or on. */
export function RangePicker(): JSX.Element {
  const app = useApp()
  const { range } = app.view.value
  const words = formatRange(range, app.now())
  return (
    <div class="range" role="group" aria-label="Time range">
      <button type="button" class="icon" aria-label="Earlier" title="Earlier ( [ )" onClick={() => shift(-1)}>
        ‹
      </button>
      <Disclosure label={`Time range: ${words}`} button={`${words} ▾`} class="range-open" align="right">
        {(close) => <RangePanel key={`${range.from} ${range.to}`} close={close} />}
      </Disclosure>
      <button
        type="button"
        class="icon"
        aria-label="Later"
        title="Later ( ] )"
        disabled={range.to === 'now'}
        onClick={() => shift(1)}
      >
        ›
      </button>
    </div>
  )

  function shift(direction: 1 | -1): void {
    app.showRange(shiftRange(range, app.now(), direction))
  }
}

function RangePanel({ close }: { readonly close: () => void }): JSX.Element {
  const app = useApp()
  const { range } = app.view.value
  const span = app.span()
  const [typed, setTyped] = useState(range.to === 'now' ? range.from : `${range.from} .. ${range.to}`)
  const [from, setFrom] = useState(localText(span.fromMs))
  const [to, setTo] = useState(localText(span.toMs))
  const [fault, setFault] = useState('')

  function show(wanted: TimeRange | { readonly fault: string }): void {
    if ('fault' in wanted) {
      setFault(wanted.fault)
      return
    }
    app.showRange(wanted)
    close()
  }
  return (
    <div class="range-panel">
      <ul class="presets">
        {presets.map(({ words, range: preset }) => (
          <li key={words}>
            <button
              type="button"
              aria-pressed={preset.from === range.from && range.to === 'now'}
              onClick={() => show(preset)}
            >
              {words}
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={(event) => (event.preventDefault(), show(parseRange(typed, app.now())))}>
        <label>
          Typed
          <input
            name="typed"
            value={typed}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Show</button>
        <p class="hint">-3h · now-1d · 2026-11-24 · 13:00 .. 14:00</p>
      </form>
      <form onSubmit={(event) => (event.preventDefault(), show(parseRange(`${from} .. ${to}`, app.now())))}>
        <label>
          From
          <input type="datetime-local" step="1" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          To
          <input type="datetime-local" step="1" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
        <button type="submit">Show</button>
      </form>
      <p class="fault" role="alert">
        {fault}
      </p>
    </div>
  )
}

/** A moment as a `datetime-local` field has it: the reader's own time, no zone. */
function localText(ms: number): string {
  const offset = new Date(ms).getTimezoneOffset() * 60_000
  return new Date(ms - offset).toISOString().slice(0, 19)
}
