import { drain } from './drain.ts'
import type { StoreName } from './database-under-test.ts'
import { FaultLog } from './fault-log.ts'
import { possibleKinds } from './faults.ts'
import { judgeWorld } from './judge-world.ts'
import { planOf, type FaultKind } from './plan.ts'
import { commitOfSources, reportOf, type ChaosReport } from './report.ts'
import { runLanes } from './run-lanes.ts'
import { openWorld } from './world.ts'

/** What is asked of chaos. */
export interface ChaosOptions {
  readonly store: StoreName
  readonly minutes: number
  readonly seed: number
  /** A database server that is shared with others, and so not killed. */
  readonly sharedUrl?: string
  /** Only these kinds of faults; all that are possible where absent. */
  readonly kinds?: readonly FaultKind[]
}

const firstRowsMs = 120_000

/** Runs everything, hurts it for so long, lets it come to rest, and judges. Throws where chaos itself cannot go on. */
export async function chaos({ store, minutes, seed, sharedUrl, kinds }: ChaosOptions): Promise<ChaosReport> {
  const commit = commitOfSources()
  await using world = await openWorld(store, sharedUrl)
  const { progress, agents } = world
  if (!(await progress.storedAfter(performance.now(), firstRowsMs))) {
    const said = [...agents, ...world.consumers].map(({ name, said: text }) => `${name}: ${text}`)
    throw new Error(`nothing was stored in ${firstRowsMs} ms, before any fault\n${said.join('\n')}`)
  }
  const possible = possibleKinds(world)
  const chosen = new Set(kinds === undefined ? possible : kinds.filter((kind) => possible.has(kind)))
  const log = new FaultLog()
  await runLanes(world, planOf(seed, chosen), minutes * 60_000, log)
  const { freshFromMs } = await drain(world)
  const judgement = await judgeWorld(world, freshFromMs)
  return reportOf({ commit, store, minutes, seed, world, log, judgement })
}
