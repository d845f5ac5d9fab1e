import type { FaultLog } from './fault-log.ts'
import { faults } from './faults.ts'
import type { Lane } from './plan.ts'
import { pause } from './progress.ts'
import type { World } from './world.ts'

/** How long the next fault waits for rows to be stored after the last one of its lane: faults without end test nothing. */
const breathMs = 45_000

/**
 * Does what the plan says, lane beside lane, for so long; each lane finishes its first round in any case. Resolves when the
 * last fault is mended.
 */
export async function runLanes(world: World, lanes: readonly Lane[], ms: number, log: FaultLog): Promise<void> {
  const end = performance.now() + ms
  await Promise.all(lanes.map(async (lane) => runLane(world, lane, end, log)))
}

async function runLane(world: World, { name, round, steps }: Lane, end: number, log: FaultLog): Promise<void> {
  let done = 0
  for (const step of steps) {
    if (done >= round && performance.now() > end) return
    await pause(step.pauseMs)
    if (done >= round && performance.now() > end) return
    try {
      await faults[step.kind](world, step, log)
    } catch (cause) {
      throw new Error(`chaos itself failed: ${step.kind}`, { cause })
    }
    const mended = performance.now()
    // An agent of four holds nothing up.
    const isAwaited = name !== 'agents'
    const isStored = isAwaited && (await world.progress.storedAfter(mended, breathMs))
    log.done({ kind: step.kind, recoveryMs: isStored ? performance.now() - mended : undefined })
    done++
  }
}
