import { KafkaWriter } from './kafka/kafka-writer.ts'
import type { KafkaConnection } from './kafka/client-options.ts'
import type { SpooledRecord } from './metric/record.ts'
import { describeError, StateFolderError } from './runtime/errors.ts'
import type { Seams } from './runtime/seams.ts'
import { keptRecords } from './spool/kept-records.ts'
import { StateFolderLock } from './spool/state-folder-lock.ts'
import { recordTime } from './wire/record-time.ts'
import { encodeMessage } from './wire/topic-message.ts'

/** What is to be sent again. */
export interface ReplayOptions {
  readonly stateFolder: string
  readonly kafka: KafkaConnection
  /** Only records of this time or later, Unix milliseconds, and every note; absent: all that is kept. */
  readonly fromMs?: number
  /** Only look. */
  readonly dryRun?: boolean
  /** Told after each send. */
  readonly onProgress?: (sent: number, records: number) => void
}

/** What was found, and sent unless it was a dry run. */
export interface ReplaySummary {
  readonly records: number
  readonly runs: number
  /** Times of the first and last record, Unix milliseconds; absent where none tells one. */
  readonly firstMs?: number
  readonly lastMs?: number
  /** Stretches of the spool that could not be read. */
  readonly damages: number
  /** Records that the broker refused for themselves. */
  readonly refused: number
}

const recordsPerSend = 500

/**
 * Sends the acknowledged records that a spool still keeps to the topic again, under the identities that they have, for a
 * broker that lost them: what is stored already is found equal (docs/delivery.md §3.7). Takes the state folder, which no
 * agent may hold meanwhile. Throws StateFolderError; BrokerUnavailableError or BrokerRefusedError, after which it may simply
 * be done again; and the signal's reason.
 */
export async function replay(options: ReplayOptions, seams: Seams, signal: AbortSignal): Promise<ReplaySummary> {
  const { stateFolder } = options
  const spool = `${stateFolder}/spool`
  try {
    await seams.disk.list(spool)
  } catch (error) {
    throw new StateFolderError(`there is no spool in ${stateFolder}: ${describeError(error)}`, {
      cause: error,
      nextStep: 'name the configuration of the agent (--config DIR), and run this as its user',
    })
  }
  const lock = takeFolder(stateFolder)
  try {
    const { found, wanted } = await look(options, spool, seams)
    if (options.dryRun === true || found.records === 0) return found
    return { ...found, refused: await send(wanted, options, seams, signal) }
  } finally {
    lock[Symbol.dispose]()
  }
}

function takeFolder(stateFolder: string): StateFolderLock {
  try {
    return StateFolderLock.acquire(stateFolder)
  } catch (error) {
    if (!(error instanceof StateFolderError) || !error.message.startsWith('another')) throw error
    throw new StateFolderError(`an agent is at work in ${stateFolder}`, {
      cause: error,
      nextStep: 'stop it, replay, and start it again; what it measures meanwhile is all that is missing',
    })
  }
}

/** All that is kept is 64 MiB, so what is wanted of it is held. */
async function look({ fromMs }: ReplayOptions, spool: string, { disk }: Seams) {
  const wanted: SpooledRecord[] = []
  const times: number[] = []
  let damages = 0
  for await (const kept of keptRecords(disk, spool)) {
    damages += kept.damages
    for (const record of kept.records) {
      const timeMs = recordTime(record.value)
      if (timeMs !== undefined && fromMs !== undefined && timeMs < fromMs) continue
      wanted.push(record)
      if (timeMs !== undefined) times.push(timeMs)
    }
  }
  const runs = new Set(wanted.map(({ agentUid, run }) => `${agentUid}/${run}`)).size
  const firstMs = times.reduce((least, timeMs) => Math.min(least, timeMs), Infinity)
  const lastMs = times.reduce((most, timeMs) => Math.max(most, timeMs), -Infinity)
  const span = times.length === 0 ? {} : { firstMs, lastMs }
  const found: ReplaySummary = { records: wanted.length, runs, ...span, damages, refused: 0 }
  return { found, wanted }
}

async function send(
  wanted: readonly SpooledRecord[],
  { kafka, onProgress }: ReplayOptions,
  { clock }: Seams,
  signal: AbortSignal,
): Promise<number> {
  await using writer = new KafkaWriter(kafka)
  await writer.connect(signal)
  let refused = 0
  for (let at = 0; at < wanted.length; at += recordsPerSend) {
    signal.throwIfAborted()
    const nowMs = clock.now()
    const part = wanted.slice(at, at + recordsPerSend)
    const outcomes = await writer.send(
      part.map((record) => ({ ...encodeMessage(record, nowMs), timestampMs: nowMs })),
      signal,
    )
    refused += outcomes.filter(({ stored }) => !stored).length
    onProgress?.(at + part.length, wanted.length)
  }
  return refused
}
