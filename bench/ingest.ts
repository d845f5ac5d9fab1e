// Samples a second from a real Kafka into a real database, records of 100 numbers, or of one with --shape single:
//   npm run bench -- ingest [--store postgres|mysql|mariadb|sqlite] [--shape scrape|single] [--samples 5000000] [--hosts 100]
//     [--per-send 1000] [--runs 3] [--json]
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { flagsOf } from '../src/cli/small-heap.ts'
import { Servers } from '../test/support/servers.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { fillTopic, isShape, samplesPerRecord, shapes } from './fill-topic.ts'
import { freshStore, isStoreName, storeNames } from './fresh-store.ts'
import type { ConsumerResult, ConsumerTask } from './ingest-consumer.ts'
import { topicBytes } from './partitioned-topic.ts'
import { beginOfBench, type Figures, measured, printReport, rounded } from './report.ts'

/** `npm run bench -- ingest …`; throws where a run stored less or more than was written. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'sqlite' },
      shape: { type: 'string', default: 'scrape' },
      samples: { type: 'string' },
      hosts: { type: 'string', default: '100' },
      'per-send': { type: 'string', default: '1000' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const { shape, store: storeName } = values
  if (!isStoreName(storeName)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  if (!isShape(shape)) throw new Error(`--shape is one of ${shapes.join(', ')}`)
  const asked = Number(values.samples ?? (shape === 'single' ? 1_000_000 : 5_000_000))
  const records = Math.ceil(asked / samplesPerRecord(shape))
  const begin = beginOfBench()
  const servers = new Servers()
  try {
    const brokers = [await servers.address('kafkaBrokers')]
    const kafka = { brokers, topic: `bench-${randomUUID()}`, clientId: 'hostvitals-bench' }
    const [hosts, perSend] = [Number(values.hosts), Number(values['per-send'])]
    const { samples, valueBytes } = await fillTopic(kafka, { hosts, records, shape, perSend })
    const packedBytes = await topicBytes(kafka)
    const runs: Figures[] = []
    for (let each = 0; each < Number(values.runs); each++) {
      await using store = await freshStore(storeName, servers)
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
        peakRssMb: Math.round(result.peakBytes / 1e6),
        bytesPerSample: Math.round(((await store.sizeBytes()) / samples) * 10) / 10,
      })
    }
    const setting = {
      store: storeName,
      shape,
      samples,
      hosts,
      perSend,
      topicBytesPerSample: rounded(packedBytes / samples),
      wireBytesPerSample: rounded(valueBytes / samples),
    }
    printReport({ bench: 'ingest', ...begin, setting, results: [measured(`${storeName} ${shape}`, runs)] }, values.json)
  } finally {
    await servers.stop()
  }
}

async function consume(task: ConsumerTask): Promise<ConsumerResult> {
  const script = join(import.meta.dirname, 'ingest-consumer.ts')
  // As `consume` starts itself.
  const child = spawn(process.execPath, [...flagsOf('consume'), script, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the consumer ended with ${String(code)}`)
  // Written by `ingest-consumer.ts` in this folder.
  return JSON.parse(readFileSync(task.resultFile, 'utf8')) as ConsumerResult
}
