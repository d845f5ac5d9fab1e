import type { Failure } from './run-seeds.ts'
import { faultsOf } from './run-seeds.ts'
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
  let left = tries
  const stillFails = async (candidate: Plan): Promise<boolean> => {
    if (left-- <= 0) return false
    const found = faultsOf(await new History(candidate, template, false).run())
    return found.some((kind) => kinds.includes(kind))
  }
  let best = plan
  for (
    let size = Math.ceil(best.faults.length / 2);
    size >= 1 && left > 0;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < best.faults.length && left > 0;) {
      const faults: readonly Fault[] = best.faults.toSpliced(at, size)
      if (await stillFails({ ...best, faults })) best = { ...best, faults }
      else at += size
    }
  }
  for (const change of ['rounds', 'agents', 'consumers', 'partitions'] as const) {
    while (best.shape[change] > 1 && left > 0) {
      const smaller = { ...best, shape: { ...best.shape, [change]: best.shape[change] >> 1 } }
      if (!(await stillFails(smaller))) break
      best = smaller
    }
  }
  return best
}
