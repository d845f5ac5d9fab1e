/** The part of the way that was looked at. */
export type Hop = 'config' | 'metrics' | 'kafka' | 'database' | 'clock' | 'disk' | 'send'

/**
 * What was found: it works (`ok`), it does not (`problem`), it does once the next step is done (`todo`), it is worth a look and
 * keeps nothing from working (`note`), or it could not be looked at, and why (`unchecked`).
 */
export type FindingState = 'ok' | 'problem' | 'todo' | 'note' | 'unchecked'

/** One line of `doctor`: what is so, why that matters, and what to do. */
export interface Finding {
  readonly hop: Hop
  readonly state: FindingState
  readonly text: string
  /** Why it is so, where that is not plain; null where it is. */
  readonly why: string | null
  /** What to do; null where nothing is. */
  readonly nextStep: string | null
}

/** A finding of which there is nothing more to say than this. */
export function finding(hop: Hop, state: FindingState, text: string, more: Partial<Finding> = {}): Finding {
  return { hop, state, text, why: null, nextStep: null, ...more }
}
