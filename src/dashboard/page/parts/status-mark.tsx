import type { JSX } from 'preact'
import type { HostState, Hop, Level } from '../../api.ts'

const shapes = {
  up: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z',
  late: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.6v6.8a3.4 3.4 0 0 1 0-6.8z',
  down: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z',
  ok: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z',
  warn: 'M6 1.2 11.4 11H.6z',
  critical: 'M6 .5 11.5 6 6 11.5.5 6z',
  unknown: 'M2 5h8v2H2z',
} as const

/** A state as shape, word and colour, so that none of the three is needed. */
export function StatusMark({ state }: { readonly state: HostState | Level | Hop['level'] }): JSX.Element {
  return (
    <span class={`mark mark-${state}`}>
      <Shape state={state} />
      {state}
    </span>
  )
}

/** The shape alone, for where the word stands beside it anyway. */
export function Shape({ state }: { readonly state: keyof typeof shapes }): JSX.Element {
  return (
    <svg class={`shape shape-${state}`} viewBox="0 0 12 12" width="10" height="10" aria-hidden="true">
      <path d={shapes[state]} fill-rule="evenodd" />
    </svg>
  )
}
