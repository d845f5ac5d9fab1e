import { Consumer, stringDeserializers } from '@platformatic/kafka'
import { describeError } from '../../src/runtime/errors.ts'
import { until } from '../support/until.ts'
import { positionsOf } from './stored-so-far.ts'
import type { Supervised } from './supervised.ts'
import type { World } from './world.ts'

const timeoutMs = 300_000
/** After the first stored round of each agent, so many more are to come through. */
const freshRounds = 3

/**
 * When the faults have stopped: everything goes its way, and ends. Says from when on records had to arrive as rows. What
 * does not come to rest in time is a violation, and is judged all the same.
 */
export async function drain(world: World): Promise<{ readonly freshFromMs: number }> {
  const { agents, consumers, progress, violations } = world

  async function inTime(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => void violations.push(describeError(error)))
  }

  await inTime(Promise.all(agents.map(async ({ name }) => progress.moreRounds(name, 1, timeoutMs))))
  // Agents wait for up to ten seconds before they try a broker again: a small spool may be full until then.
  await inTime(until('an empty log', async () => isAtEnd(world), timeoutMs))
  if (!(await progress.storedAfter(performance.now(), timeoutMs))) violations.push('nothing is stored after the faults')
  const freshFromMs = Date.now()
  await inTime(Promise.all(agents.map(async ({ name }) => progress.moreRounds(name, freshRounds, timeoutMs))))
  await haveEnded(agents, violations)
  await inTime(until('the end of the log', async () => isAtEnd(world), timeoutMs))
  await haveEnded(consumers, violations)
  return { freshFromMs }
}

/** Agents end once their spools are empty, consumers at once; both with 0. */
async function haveEnded(processes: readonly Supervised[], violations: string[]): Promise<void> {
  const ends = await Promise.all(
    processes.map(async (process) => ({ name: process.name, ...(await process.stop()), said: process.said })),
  )
  for (const { name, code, signal, said } of ends) {
    if (code !== 0) violations.push(`${name}, asked to end, ended with ${code ?? signal}; it said:\n${said}`)
  }
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
