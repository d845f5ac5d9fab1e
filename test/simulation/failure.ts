import { type Verdict, type ViolationKind, violationsOf } from '../oracle/facts.ts'
import type { Outcome } from './history.ts'
import type { Plan } from './plan.ts'

/** A history that broke the promise. */
export interface Failure {
  readonly kinds: readonly (ViolationKind | 'stuck')[]
  readonly verdict: Verdict
  readonly stuck: readonly string[]
  /** The shortest history that was found to break it in the same way. */
  readonly shortest: Plan
}

/** What is wrong with an outcome; empty where nothing is. */
export function faultsOf({ verdict, stuck }: Outcome): Failure['kinds'] {
  return [...violationsOf(verdict), ...(stuck.length > 0 ? (['stuck'] as const) : [])]
}
