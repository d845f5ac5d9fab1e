import { type Failure, faultsOf } from './failure.ts'
import { History } from './history.ts'
import type { Fault, Plan } from './plan.ts'

/**
 * A shorter history that fails in a way that the given one does: first the faults are taken away, halves, quarters … and one
 * by one, then scrapes, consumers and agents, as long as one of the kinds is still found. At most `tries` histories are run.
 */
export async function shortest(
  plan: Plan,
  kinds: Failure['kinds'],
  template: Uint8Array,
  tries: number,
): Promise<Plan> {
  const budget = { left: tries }
  const stillFails = async (candidate: Plan): Promise<boolean> => {
    if (budget.left-- <= 0) return false
    const found = faultsOf(await new History(candidate, template, false).run())
    return found.some((kind) => kinds.includes(kind))
  }
  return withSmallerWorld(await withFewerFaults(plan, stillFails), stillFails)
}

type StillFails = (candidate: Plan) => Promise<boolean>

async function withFewerFaults(plan: Plan, stillFails: StillFails): Promise<Plan> {
  let best = plan
  for (let size = Math.ceil(plan.faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.faults.length;) {
      const faults: readonly Fault[] = best.faults.toSpliced(at, size)
      const fewer = { seed: best.seed, shape: best.shape, faults }
      if (await stillFails(fewer)) best = fewer
      else at += size
    }
  }
  return best
}

async function withSmallerWorld(plan: Plan, stillFails: StillFails): Promise<Plan> {
  let best = plan
  for (const size of ['rounds', 'agents', 'consumers', 'partitions'] as const) {
    while (best.shape[size] > 1) {
      const smaller = { ...best, shape: Object.assign({}, best.shape, { [size]: best.shape[size] >> 1 }) }
      if (!(await stillFails(smaller))) break
      best = smaller
    }
  }
  return best
}
