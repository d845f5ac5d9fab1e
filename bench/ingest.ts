// Samples a second from a real Kafka into a real database, records of 100 numbers, or of one with --shape single:
//   npm run bench -- ingest [--store postgres|mysql|mariadb|sqlite] [--shape scrape|single] [--samples 5000000] [--hosts 100]
//     [--per-send 1000] [--runs 3] [--json]
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Servers } from '../test/support/servers.ts'
import { drain } from './drain.ts'
import { fillTopic, isShape, samplesPerRecord, shapes } from './fill-topic.ts'
import { freshStore, isStoreName, storeNames } from './fresh-store.ts'
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
      const drained = await drain({ kafka, store: store.location }, { records, samples })
      runs.push({ ...drained, bytesPerSample: Math.round(((await store.sizeBytes()) / samples) * 10) / 10 })
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
