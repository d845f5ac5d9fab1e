// Whether storing and asking get slower as the database grows: the rate of one ingest, and two questions, with so many samples
// stored before:
//   npm run bench -- growth [--store S] [--steps 1M,10M,100M] [--samples 2000000] [--hosts 100] [--runs 3] [--json]
// Each step has a database of its own. What is there before was written by the product's packed write path (on PostgreSQL binary
// COPY), older than what is measured, ten seconds apart; the ingest is the same topic each time.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { answer } from '../src/query/answer/answer.ts'
import { openStore } from '../src/store/open-store.ts'
import type { StoreLocation } from '../src/store/store-location.ts'
import { Servers } from '../test/support/servers.ts'
import { drain } from './drain.ts'
import { fillTopic, roundsOf } from './fill-topic.ts'
import { freshStore, isStoreName, storeNames, type StoreName } from './fresh-store.ts'
import { numbersOfRecord, samplesOf } from './hundred-numbers.ts'
import { prefill } from './prefill.ts'
import { beginOfBench, type Figures, measured, printReport, rounded } from './report.ts'

const askedTimes = 9
const askedRangeMs = 15 * 60_000

/** `npm run bench -- growth …`; throws where a run stored less or more than was written. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'postgres' },
      steps: { type: 'string', default: '1M,10M,100M' },
      samples: { type: 'string', default: '2000000' },
      hosts: { type: 'string', default: '100' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const { store } = values
  if (!isStoreName(store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const begin = beginOfBench()
  const hosts = Number(values.hosts)
  const records = Math.ceil(Number(values.samples) / numbersOfRecord)
  const servers = new Servers()
  try {
    const brokers = [await servers.address('kafkaBrokers')]
    const kafka = { brokers, topic: `bench-${randomUUID()}`, clientId: 'hostvitals-bench' }
    const beginMs = Date.now() - roundsOf({ hosts, records }).ms
    const { samples } = await fillTopic(kafka, { hosts, records })
    // Step by step in turn, so that what else the machine does meets all alike.
    const steps = values.steps.split(',').map((text) => ({ text, before: countOf(text), runs: [] as Figures[] }))
    for (let each = 0; each < Number(values.runs); each++)
      for (const { before, runs } of steps)
        runs.push(await grown({ store, servers, kafka, hosts, before, beginMs, samples }))
    const results = steps.map(({ text, runs }) => measured(`${text} stored before`, runs))
    const [least, most] = [results[0], results.at(-1)].map((step) => step?.median['samplesPerSecond'] ?? Number.NaN)
    const setting = { store, samples, hosts, rateOfLastToFirst: rounded((most ?? 0) / (least ?? 0)) }
    printReport({ bench: 'growth', ...begin, setting, results }, values.json)
  } finally {
    await servers.stop()
  }
}

interface Step {
  readonly store: StoreName
  readonly servers: Servers
  readonly kafka: { readonly brokers: readonly string[]; readonly topic: string; readonly clientId: string }
  readonly hosts: number
  readonly before: number
  /** From when on the topic's records are. */
  readonly beginMs: number
  readonly samples: number
}

async function grown({ store, servers, kafka, hosts, before, beginMs, samples }: Step): Promise<Figures> {
  await using database = await freshStore(store, servers)
  await prefill(database.location, { hosts, samples: before, endMs: beginMs })
  const content = { records: samples / numbersOfRecord, samples }
  const drained = await drain({ kafka, store: database.location }, content)
  return {
    ...drained,
    bytesPerSample: rounded((await database.sizeBytes()) / (before + samples)),
    ...(await askedFor(database.location)),
  }
}

/** The times of the newest quarter of an hour of a gauge: of one host, and of all; after one time that only warms up. */
async function askedFor(location: StoreLocation): Promise<Figures> {
  await using store = await openStore(location, { durable: false, isReader: true })
  const toMs = Date.now()
  const gauge = samplesOf(0)[0]?.series.name ?? ''
  const ask = async (who: { readonly host?: string }): Promise<readonly number[]> => {
    const times: number[] = []
    for (let each = -1; each < askedTimes; each++) {
      const beganMs = performance.now()
      const question = { metric: gauge, attributes: {}, labels: {}, form: 'rate', ...who } as const
      const { series } = await answer(store, { ...question, fromMs: toMs - askedRangeMs, toMs })
      if (series.length === 0) throw new Error('a question was answered with nothing')
      if (each >= 0) times.push(performance.now() - beganMs)
    }
    return times.toSorted((a, b) => a - b)
  }
  const one = await ask({ host: 'web-0' })
  const all = await ask({})
  return {
    oneHostP50Ms: rounded(one[askedTimes >> 1] ?? Number.NaN),
    allHostsP50Ms: rounded(all[askedTimes >> 1] ?? Number.NaN),
  }
}

/** `1M` → 1 000 000. Throws where it is no count. */
function countOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([kM]?)$/.exec(text) ?? []
  if (digits === '') throw new Error(`--steps ${text}: write counts such as 500k,1M,10M`)
  return Number(digits) * { k: 1e3, M: 1e6, '': 1 }[unit as 'k' | 'M' | '']
}
