import { violationsOf, type Verdict, type ViolationKind } from '../oracle/facts.ts'
import { History, type Outcome } from './history.ts'
import { type Plan, planOf } from './plan.ts'
import { shortest } from './shrink.ts'
import type { Tally } from './tally.ts'

/** What is known of one seed afterwards: small enough to be handed between threads. */
export interface SeedReport {
  readonly seed: number
  readonly tally: Tally
  readonly counts: Verdict['counts']
  readonly digest: string
  readonly failure: Failure | undefined
}

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

/** Runs the history of a seed, and where it fails finds a shorter one, for as many runs as `tries`. */
export async function runSeed(seed: number, template: Uint8Array, tries: number): Promise<SeedReport> {
  const plan = planOf(seed)
  const outcome = await new History(plan, template, false).run()
  const kinds = faultsOf(outcome)
  const { tally, digest, verdict, stuck } = outcome
  const failure =
    kinds.length === 0 ? undefined : { kinds, verdict, stuck, shortest: await shortest(plan, kinds, template, tries) }
  return { seed, tally: Object.assign({}, tally), counts: verdict.counts, digest, failure }
}
