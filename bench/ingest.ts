// Samples a second from a real Kafka into a real database, records of 100 numbers:
//   npm run bench -- ingest [--store postgres|mysql|mariadb|sqlite] [--samples 5000000] [--hosts 100] [--runs 3] [--json]
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Servers } from '../test/support/servers.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { fillTopic } from './fill-topic.ts'
import { freshStore, isStoreName, storeNames } from './fresh-store.ts'
import { numbersOfRecord } from './hundred-numbers.ts'
import type { ConsumerResult, ConsumerTask } from './ingest-consumer.ts'

/** One run: all records of the topic into an empty database. */
interface IngestRun {
  readonly samplesPerSecond: number
  readonly samplesPerCpuSecond: number
  readonly peakMegabytes: number
  readonly bytesPerSample: number
}

/** `npm run bench -- ingest …`; throws where a run stored less or more than was written. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'sqlite' },
      samples: { type: 'string', default: '5000000' },
      hosts: { type: 'string', default: '100' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!isStoreName(values.store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const records = Math.ceil(Number(values.samples) / numbersOfRecord)
  const servers = new Servers()
  try {
    const brokers = [await servers.address('kafkaBrokers')]
    const kafka = { brokers, topic: `bench-${randomUUID()}`, clientId: 'hostvitals-bench' }
    const { samples, valueBytes } = await fillTopic(kafka, { hosts: Number(values.hosts), records })
    const runs: IngestRun[] = []
    for (let each = 0; each < Number(values.runs); each++) {
      await using store = await freshStore(values.store, servers)
      await using folder = await temporaryFolder('hostvitals-bench')
      const result = await consume({
        records,
        resultFile: join(folder.path, 'result.json'),
        options: {
          kafka,
          group: `bench-${randomUUID()}`,
          store: store.location,
          migrate: 'auto',
          retention: { rawMs: 14 * 86_400_000, tenMinutesMs: 90 * 86_400_000, hoursMs: 730 * 86_400_000 },
          acceptForeign: true,
          maxBufferedBytes: 64 * 1024 * 1024,
        },
      })
      if (result.storedSamples !== samples) throw new Error(`${result.storedSamples} of ${samples} samples were stored`)
      runs.push({
        samplesPerSecond: Math.round(samples / result.seconds),
        samplesPerCpuSecond: Math.round(samples / result.cpuSeconds),
        peakMegabytes: Math.round(result.peakBytes / 1e6),
        bytesPerSample: Math.round(((await store.sizeBytes()) / samples) * 10) / 10,
      })
    }
    const median = runs.toSorted((a, b) => a.samplesPerSecond - b.samplesPerSecond)[runs.length >> 1]
    const report = { store: values.store, samples, wireBytesPerSample: valueBytes / samples, median, runs }
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 2)}\n`)
  } finally {
    await servers.stop()
  }
}

async function consume(task: ConsumerTask): Promise<ConsumerResult> {
  const script = join(import.meta.dirname, 'ingest-consumer.ts')
  const child = spawn(process.execPath, [script, JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the consumer ended with ${String(code)}`)
  // Written by `ingest-consumer.ts` in this folder.
  return JSON.parse(readFileSync(task.resultFile, 'utf8')) as ConsumerResult
}
