import { defaultStateFolder } from '../config/state-folder.ts'
import { replay, type ReplaySummary } from '../replay.ts'
import { systemClock } from '../runtime/clock.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { nodeDisk } from '../runtime/node-disk.ts'
import { systemRandom } from '../runtime/random.ts'
import type { CommandIo } from './io.ts'
import { loadTold } from './load-told.ts'
import { kafkaConnection } from './kafka-connection.ts'
import { parseTime } from './text/time.ts'

/** Options of `hostvitals replay`. */
export interface ReplayCommandOptions {
  readonly config?: string
  readonly from?: string
  readonly dryRun?: boolean
}

/** Sends what the spool keeps of the acknowledged records again. Returns the exit code. */
export async function runReplay(options: ReplayCommandOptions, io: CommandIo): Promise<number> {
  const loaded = await loadTold({ folder: options.config, needs: ['kafka', 'producer'] }, io)
  const { kafka, producer } = loaded
  const isTerminal = io.stderr.isTTY === true
  const summary = await replay(
    {
      stateFolder: producer.stateFolder ?? defaultStateFolder(loaded.env),
      kafka: kafkaConnection(kafka, 'produce'),
      dryRun: options.dryRun === true,
      ...(options.from === undefined ? {} : { fromMs: parseTime(options.from, systemClock.now()) }),
      onProgress: (sent, records) => {
        if (isTerminal) io.stderr.write(`\r${sent} of ${records} records${sent === records ? '\n' : ''}`)
      },
    },
    { clock: systemClock, disk: nodeDisk, random: systemRandom, emit: ignoreEvents },
    io.signal,
  )
  io.stdout.write(`${sentenceOf(summary, kafka.topic, options)}\n`)
  return summary.refused === 0 ? 0 : 1
}

function sentenceOf(summary: ReplaySummary, topic: string, { from, dryRun }: ReplayCommandOptions): string {
  const { records, runs, firstMs, lastMs, damages, refused } = summary
  const damaged = damages === 0 ? '' : `; ${damages} damaged stretches of the spool were left out`
  if (records === 0)
    return `the spool keeps no acknowledged record${from === undefined ? '' : ` since ${from}`}: nothing to send${damaged}`
  const span =
    firstMs === undefined || lastMs === undefined
      ? ''
      : `, from ${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}`
  const what = `${records} records of ${runs} ${runs === 1 ? 'run' : 'runs'}${span}`
  if (dryRun === true) return `${what}, would be sent to ${topic} again; nothing was sent${damaged}`
  const no = refused === 0 ? '' : `; ${refused} of them were refused by the broker`
  return `${what}, were sent to ${topic} again; what is stored already is found equal${no}${damaged}`
}
