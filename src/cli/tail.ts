import { loadConfiguration } from '../config/load.ts'
import { TopicTail } from '../kafka/topic-tail.ts'
import { RecordDecoder } from '../wire/decode.ts'
import type { CommandIo } from './io.ts'
import { kafkaConnection } from './kafka-connection.ts'
import { formatWarnings } from './print-faults.ts'
import { printableJson } from './text/printable.ts'
import { Interrupted } from './process-io.ts'
import { TailedHost } from './tailed-host.ts'
import { tailedRecord, tailLine, type TailedFault, type TailedPart } from './tailed-record.ts'

/** Options of `hostvitals tail`. */
export interface TailOptions {
  readonly config?: string
  readonly limit?: number
  readonly host?: string
  readonly json?: boolean
}

/** How far back the newest records of one host are looked for, in each partition. */
const hostWindow = 10_000

type Shown = readonly (TailedPart | TailedFault)[]

/**
 * Shows records as they come, until Ctrl-C. With a limit: the newest that are there, and if they are fewer those that come,
 * then it ends. Returns the exit code.
 */
export async function runTail(options: TailOptions, io: CommandIo): Promise<number> {
  const { limit, host, json } = options
  const loaded = await loadConfiguration({ folder: options.config, needs: ['kafka'], env: io.env, cwd: io.cwd })
  if (json !== true) io.stderr.write(formatWarnings(loaded.warnings))
  const backwards = limit === undefined ? 0 : host === undefined ? limit : Math.max(limit, hostWindow)
  await using tail = await TopicTail.open(kafkaConnection(loaded.kafka, 'tail'), backwards)
  const decoder = new RecordDecoder()
  const wanted = host === undefined ? undefined : new TailedHost(host)
  let left = limit ?? Infinity
  let older: readonly Shown[] = []
  const show = (records: readonly Shown[]): void => {
    const shown = records.slice(0, left)
    left -= shown.length
    for (const each of shown.flat()) io.stdout.write(`${json === true ? printableJson(each) : tailLine(each)}\n`)
  }
  // What is there is shown when all of it is known: partitions come one after the other, and the newest are wanted.
  const showOlder = (): void => {
    show(older)
    older = []
  }
  for await (const batch of tail.batches(io.signal)) {
    const records = batch.records
      .map((record) => tailedRecord(batch, record, decoder).filter((each) => wanted === undefined || wanted.isIn(each)))
      .filter(({ length }) => length > 0)
    if (limit === undefined) show(records)
    else older = newest([...older, ...records], limit)
    if (limit !== undefined && tail.isCaughtUp) showOlder()
    if (left <= 0) return 0
  }
  return io.signal.reason instanceof Interrupted ? 130 : 0
}

function newest(records: readonly Shown[], limit: number): readonly Shown[] {
  return records.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0)).slice(-limit)
}

function timeOf(shown: Shown): string {
  return shown[0]?.time ?? ''
}
