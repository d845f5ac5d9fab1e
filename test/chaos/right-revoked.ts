import type { Fault } from './faults.ts'
import { pause } from './progress.ts'
import { storedSoFar } from './stored-so-far.ts'
import type { Supervised } from './supervised.ts'
import type { World } from './world.ts'

const stopTimeoutMs = 120_000
const badConfiguration = 78

/**
 * The consumers may store no rows any more: both must end with 78, end so again when they are started once more, and have
 * moved nothing meanwhile. They are started after the right is back.
 */
export const revokeRight: Fault = async (world) => {
  const { database, consumers, claims } = world
  using _ = await claims.all(consumers)
  await database.revoke()
  try {
    await haveStopped(world, consumers)
    const before = await storedSoFar(database.own)
    for (const consumer of consumers) consumer.release()
    await haveStopped(world, consumers)
    const after = await storedSoFar(database.own)
    if (before !== after) world.violations.push(`without the right to store, ${before} became ${after}`)
  } finally {
    await database.grant()
    for (const consumer of consumers) consumer.release()
  }
}

async function haveStopped({ violations }: World, consumers: readonly Supervised[]): Promise<void> {
  const late = new AbortController()
  const ends = await Promise.all(
    consumers.map(async (consumer) =>
      Promise.race([consumer.held(), pause(stopTimeoutMs, late.signal).then(() => 'late' as const)]),
    ),
  )
  late.abort()
  for (const [at, end] of ends.entries()) {
    const consumer = consumers[at]
    if (consumer === undefined) continue
    if (end === 'late') {
      violations.push(`${consumer.name} runs on ${stopTimeoutMs} ms after its right was revoked`)
      await consumer.kill()
    } else if (end.code !== badConfiguration) {
      violations.push(
        `${consumer.name} ended with ${end.code ?? end.signal} without its right; it said:\n${consumer.said}`,
      )
    }
  }
}
