import { Consumer, stringDeserializers } from '@platformatic/kafka'
import { until } from '../support/until.ts'
import { positionsOf } from './stored-so-far.ts'
import type { World } from './world.ts'

const timeoutMs = 300_000
/** After the first stored round of each agent, so many more are to come through. */
const freshRounds = 3

/** When the faults have stopped: everything goes its way, and ends. Says from when on records had to arrive as rows. */
export async function drain(world: World): Promise<{ readonly freshFromMs: number }> {
  const { agents, consumers, progress, violations } = world
  for (const agent of agents) await progress.moreRounds(agent.name, 1, timeoutMs)
  // Agents wait for up to ten seconds before they try a broker again: a small spool may be full until then.
  await until('an empty log', async () => isAtEnd(world), timeoutMs)
  if (!(await progress.storedAfter(performance.now(), timeoutMs))) violations.push('nothing is stored after the faults')
  const freshFromMs = Date.now()
  await Promise.all(agents.map(async ({ name }) => progress.moreRounds(name, freshRounds, timeoutMs)))
  for (const [at, { code, signal }] of (await Promise.all(agents.map(async (agent) => agent.stop()))).entries()) {
    if (code === 0) continue
    violations.push(`${agents[at]?.name} could not empty its spool: ${code ?? signal}; it said:\n${agents[at]?.said}`)
  }
  await until('the end of the log', async () => isAtEnd(world), timeoutMs)
  for (const [at, { code, signal }] of (await Promise.all(consumers.map(async (each) => each.stop()))).entries()) {
    if (code === 0) continue
    violations.push(`${consumers[at]?.name} ended with ${code ?? signal}; it said:\n${consumers[at]?.said}`)
  }
  return { freshFromMs }
}

/** True once the database has every position at the log's end. */
async function isAtEnd({ broker: { broker }, database, topic }: World): Promise<true | undefined> {
  const client = new Consumer({
    clientId: 'chaos',
    groupId: 'chaos',
    bootstrapBrokers: [broker.bootstrap],
    retries: false,
    deserializers: stringDeserializers,
  })
  try {
    const ends = (await client.listOffsets({ topics: [topic], timestamp: -1n })).get(topic) ?? []
    const positions = await positionsOf(database.own)
    const isReached = ends.every(
      (end, at) => (positions.find(({ partition }) => partition === at)?.nextOffset ?? 0n) === end,
    )
    return isReached && ends.length > 0 ? true : undefined
  } finally {
    await client.close(true)
  }
}
