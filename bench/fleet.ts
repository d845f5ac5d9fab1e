// A large fleet against one consumer, and a group of consumers over one topic:
//   npm run bench -- fleet [--store S] [--hosts 10000] [--rounds 3] [--consumers 1,2,3] [--partitions 6] [--samples 5000000]
//     [--runs 3] [--json]
// The fleet is 10 000 hosts of 100 series: in the first round all of them are new to an empty database, in the others none is. The
// groups read a topic of several partitions that is full before they start; they begin together, since the broker, one of their own,
// waits three seconds for all members.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { startKafkaBroker } from '../test/support/kafka-broker.ts'
import { Servers } from '../test/support/servers.ts'
import { ConsumerProcess } from './consumer-process.ts'
import { fillTopic } from './fill-topic.ts'
import { freshStore, isStoreName, storeNames, type StoreName } from './fresh-store.ts'
import { numbersOfRecord } from './hundred-numbers.ts'
import type { StoredMoment } from './measured-consumer.ts'
import { makeTopic } from './partitioned-topic.ts'
import { ProcessCost } from './process-cost.ts'
import { beginOfBench, type Figures, measured, printReport } from './report.ts'

/** Hosts of the groups' topic: what is measured there is not their number. */
const groupHosts = 120

/** `npm run bench -- fleet …`; throws where a run stored less or more than was written. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'postgres' },
      hosts: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '3' },
      consumers: { type: 'string', default: '1,2,3' },
      partitions: { type: 'string', default: '6' },
      samples: { type: 'string', default: '5000000' },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const { store } = values
  if (!isStoreName(store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const begin = beginOfBench()
  const [hosts, rounds, partitions] = [Number(values.hosts), Number(values.rounds), Number(values.partitions)]
  const servers = new Servers()
  await using broker = await startKafkaBroker({ properties: ['group.initial.rebalance.delay.ms=3000'] })
  try {
    const bench = { store, servers, brokers: [broker.bootstrap] }
    const fleet = await filled({ ...bench, hosts, records: hosts * rounds, partitions: 1 })
    const shared = await filled({
      ...bench,
      hosts: groupHosts,
      records: Math.ceil(Number(values.samples) / numbersOfRecord),
      partitions,
    })
    const sizes = values.consumers.split(',').map((text) => ({ size: Number(text), runs: [] as Figures[] }))
    const ofFleet: Figures[] = []
    for (let each = 0; each < Number(values.runs); each++) {
      ofFleet.push(await largeFleet(fleet, hosts))
      for (const { size, runs } of sizes) runs.push(await group(shared, size))
    }
    const results = [
      measured(`${hosts} hosts, one consumer`, ofFleet),
      ...sizes.map(({ size, runs }) => measured(`${size} in a group, ${partitions} partitions`, runs)),
    ]
    const setting = { store, hosts, rounds, partitions, samplesOfGroups: shared.samples }
    printReport({ bench: 'fleet', ...begin, setting, results }, values.json)
  } finally {
    await servers.stop()
  }
}

/** A topic that is full, and where it is to be stored. */
interface Filled {
  readonly store: StoreName
  readonly servers: Servers
  readonly kafka: { readonly brokers: readonly string[]; readonly topic: string; readonly clientId: string }
  readonly records: number
  readonly samples: number
  readonly partitions: number
}

async function filled({
  store,
  servers,
  brokers,
  hosts,
  records,
  partitions,
}: Pick<Filled, 'store' | 'servers' | 'records' | 'partitions'> & {
  readonly brokers: readonly string[]
  readonly hosts: number
}): Promise<Filled> {
  const kafka = { brokers, topic: `bench-${randomUUID()}`, clientId: 'hostvitals-bench' }
  await makeTopic(kafka, partitions)
  const { samples } = await fillTopic(kafka, { hosts, records })
  return { store, servers, kafka, records, samples, partitions }
}

async function largeFleet({ store, servers, kafka, records, samples }: Filled, hosts: number): Promise<Figures> {
  await using database = await freshStore(store, servers)
  await using consumer = new ConsumerProcess({ kafka, store: database.location })
  const from = await consumer.assigned()
  const cost = ProcessCost.begin(consumer.pid)
  const known = await consumer.stored(hosts)
  const last = await consumer.stored(records)
  const { peakRssMb } = cost.end()
  await consumer.stop()
  if (last.samples !== samples) throw new Error(`${last.samples} of ${samples} samples were stored`)
  if (last === known) throw new Error('one commit had all rounds: ask for more --rounds')
  return {
    samplesPerSecond: perSecond(last.samples - known.samples, last.atMs - known.atMs),
    samplesPerCpuSecond: perSecond(last.samples - known.samples, last.cpuMs - known.cpuMs),
    firstRoundSamplesPerSecond: perSecond(known.samples, known.atMs - from.atMs),
    peakRssMb,
    series: hosts * numbersOfRecord,
  }
}

/** From the first commit of any to the last, less what stood in the first; each consumer has its own process and share. */
async function group({ store, servers, kafka, records, samples, partitions }: Filled, size: number): Promise<Figures> {
  await using database = await freshStore(store, servers)
  await using consumers = new AsyncDisposableStack()
  const name = `bench-${randomUUID()}`
  const task = { kafka, store: database.location, group: name }
  const members = Array.from({ length: size }, () => consumers.use(new ConsumerProcess(task)))
  await Promise.all(members.map(async (member) => member.assigned(Math.floor(partitions / size))))
  const sumOf = (of: (last: StoredMoment) => number): number =>
    members.flatMap((member) => member.commits.slice(-1)).reduce((sum, last) => sum + of(last), 0)
  while (sumOf((last) => last.records) < records) await Promise.race(members.map(async (member) => member.next()))
  const commits = members.flatMap((member) => member.commits)
  const beganMs = Math.min(...commits.map(({ atMs }) => atMs))
  const endedMs = Math.max(...commits.map(({ atMs }) => atMs))
  const firsts = members.flatMap((member) => member.commits.slice(0, 1))
  const later = (of: (moment: StoredMoment) => number): number =>
    sumOf(of) - firsts.reduce((sum, first) => sum + of(first), 0)
  const stored = sumOf((last) => last.samples)
  const peakRssMb = Math.max(...members.map(({ pid }) => ProcessCost.begin(pid).end().peakRssMb))
  for (const member of members) await member.stop()
  if (stored !== samples) throw new Error(`${stored} of ${samples} samples were stored`)
  return {
    samplesPerSecond: perSecond(
      later((moment) => moment.samples),
      endedMs - beganMs,
    ),
    samplesPerCpuSecond: perSecond(
      later((moment) => moment.samples),
      later((moment) => moment.cpuMs),
    ),
    peakRssMb,
  }
}

function perSecond(count: number, ms: number): number {
  return Math.round((count * 1000) / ms)
}
