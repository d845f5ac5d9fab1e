import type { Fault } from './faults.ts'
import { pause } from './progress.ts'
import type { Supervised } from './supervised.ts'

const startTimeoutMs = 60_000

/** `kill -9` of an agent, at whatever it does. */
export const killAgent: Fault = async ({ agents, claims }, { target }, log) => {
  using claim = await claims.one(agents, target)
  if (await claim.process.kill()) log.killed('agent')
}

/** Twice: the second time within its start, which finds the spool as the first one left it. */
export const killAgentTwice: Fault = async ({ agents, claims, progress }, { target, durationMs }, log) => {
  using claim = await claims.one(agents, target)
  if (await claim.process.kill()) log.killed('agent')
  await started(claim.process)
  await pause(durationMs)
  if (await claim.process.kill()) log.killed('agent')
  await progress.moreRounds(claim.process.name, 1, startTimeoutMs)
}

/** An agent that stands still, as a laptop does whose lid is closed. */
export const stopAgent: Fault = async ({ agents, claims }, { target, durationMs }) => {
  using claim = await claims.one(agents, target)
  claim.process.pause()
  await pause(durationMs)
  claim.process.resume()
}

/** `kill -9` of a consumer, wherever it is in its transaction. */
export const killConsumer: Fault = async ({ consumers, claims }, { target }, log) => {
  using claim = await claims.one(consumers, target)
  if (await claim.process.kill()) log.killed('consumer')
}

/** A consumer that stands still for longer than its session, so that another gets its partitions before it wakes. */
export const stopConsumer: Fault = async ({ consumers, claims }, { target, durationMs }) => {
  using claim = await claims.one(consumers, target)
  claim.process.pause()
  await pause(durationMs)
  claim.process.resume()
}

/** Resolves when it runs again after a kill. */
async function started(process: Supervised): Promise<void> {
  while (process.pid === undefined) await pause(20)
}
