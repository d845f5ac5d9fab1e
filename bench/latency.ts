// From the moment of a sample to its committed row, at a steady rate, through a real Kafka and the real consumer:
//   npm run bench -- latency [--rate 100000] [--store S] [--hosts 1000] [--seconds 20] [--warm-up 5] [--runs 3] [--json]
// The consumer says it: after each commit has answered it compares the clock with the time of each row, as its vital
// `hostvitals.ingest.latency` does. Load and consumer have one clock; a record's time is a whole millisecond, rounded down: what is
// told is at most 1 ms more than it was, and more by what the answer of the commit took to come.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { ignoreEvents } from '../src/runtime/events.ts'
import { ensureTopic } from '../src/kafka/topic-admin.ts'
import { Servers } from '../test/support/servers.ts'
import { ConsumerProcess } from './consumer-process.ts'
import { freshStore, isStoreName, storeNames } from './fresh-store.ts'
import { numbersOfRecord } from './hundred-numbers.ts'
import type { StoredMoment } from './measured-consumer.ts'
import { beginOfBench, type Figures, measured, printReport, rounded } from './report.ts'
import { SteadyLoad } from './steady-load.ts'

/** `npm run bench -- latency …`; throws where not every record was stored. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', default: '100000' },
      store: { type: 'string', default: 'postgres' },
      hosts: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '20' },
      'warm-up': { type: 'string', default: '5' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!isStoreName(values.store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const begin = beginOfBench()
  const [rate, hosts, seconds] = [Number(values.rate), Number(values.hosts), Number(values.seconds)]
  const servers = new Servers()
  try {
    const brokers = [await servers.address('kafkaBrokers')]
    const kafka = { brokers, topic: `bench-${randomUUID()}`, clientId: 'hostvitals-bench' }
    await ensureTopic(kafka, ignoreEvents)
    await using store = await freshStore(values.store, servers)
    await using consumer = new ConsumerProcess({ kafka, store: store.location, keepsLatencies: true })
    await consumer.assigned()
    await using load = new SteadyLoad(kafka, { hosts, recordsPerSecond: rate / numbersOfRecord })
    await load.run(Number(values['warm-up']))
    const runs: Figures[] = []
    for (let each = 0; each < Number(values.runs); each++) {
      const before = await consumer.stored(load.records)
      await consumer.takeLatencies()
      load.takeAcknowledgements()
      await load.run(seconds)
      const last = await consumer.stored(load.records)
      const commits = consumer.commits.filter(({ records }) => records > before.records).length
      runs.push(figuresOf(await consumer.takeLatencies(), load.takeAcknowledgements(), { before, last, commits }))
    }
    await consumer.stop()
    const setting = { store: values.store, rate, hosts, seconds, clockErrorMs: 1 }
    printReport({ bench: 'latency', ...begin, setting, results: [measured(values.store, runs)] }, values.json)
  } finally {
    await servers.stop()
  }
}

function figuresOf(
  latencies: readonly number[],
  acknowledgements: readonly number[],
  { before, last, commits }: { readonly before: StoredMoment; readonly last: StoredMoment; readonly commits: number },
): Figures {
  const records = last.records - before.records
  if (latencies.length !== records) throw new Error(`${latencies.length} rows were told of ${records} records`)
  const seconds = (last.atMs - before.atMs) / 1000
  return {
    p50Ms: at(latencies, 0.5),
    p99Ms: at(latencies, 0.99),
    mostMs: at(latencies, 1),
    // Of that until the broker had it.
    toBrokerP50Ms: Math.round(at(acknowledgements, 0.5)),
    toBrokerP99Ms: Math.round(at(acknowledgements, 0.99)),
    samplesPerSecond: Math.round((last.samples - before.samples) / seconds),
    // What waits for a commit waits for the one under way, for the one that was fetched meanwhile, and for its own.
    msPerCommit: rounded((seconds * 1000) / commits),
    recordsPerCommit: rounded(records / commits),
    cpuMsPerSecond: Math.round((last.cpuMs - before.cpuMs) / seconds),
  }
}

/** The value that this share of the sorted ones does not exceed. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
}
