import type { Verdict } from '../oracle/facts.ts'
import { type Failure, faultsOf } from './failure.ts'
import { History } from './history.ts'
import { planOf } from './plan.ts'
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
