// Whether memory grows: an hour of load, as fast as it goes, against one consumer and against one agent; how much more resident
// memory and heap each has after an hour, by a straight line:
//   npm run bench -- memory [--minutes 60] [--store S] [--hosts 500] [--speed 20] [--json]
// The consumer's hour is in the topic before it starts: every host a record of 100 numbers each ten seconds. The agent measures this
// machine once a second, and sends, by a clock that is --speed times faster. The first third warms up and is left out.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ignoreEvents } from '../src/runtime/events.ts'
import { ensureTopic } from '../src/kafka/topic-admin.ts'
import { Program } from '../test/support/program.ts'
import { Servers } from '../test/support/servers.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { ConsumerProcess } from './consumer-process.ts'
import { fillTopic } from './fill-topic.ts'
import { freshStore, isStoreName, storeNames, type StoreName } from './fresh-store.ts'
import type { HurriedLine, HurriedTask } from './hurried-agent.ts'
import { beginOfBench, measured, type Measured, printReport, rounded } from './report.ts'
import { slopeOf } from './slope.ts'

const hourMs = 3_600_000
const consumerIntervalMs = 10_000
const warmUpShare = 1 / 3

/** `npm run bench -- memory …`; throws where the consumer does not store all, or the agent does not send all. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      store: { type: 'string', default: 'postgres' },
      hosts: { type: 'string', default: '500' },
      speed: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  })
  const { store } = values
  if (!isStoreName(store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const begin = beginOfBench()
  const [minutes, hosts, speed] = [Number(values.minutes), Number(values.hosts), Number(values.speed)]
  const forMs = minutes * 60_000
  const servers = new Servers()
  try {
    const brokers = await servers.address('kafkaBrokers')
    const results = [
      await ofConsumer({ store, servers, brokers, hosts, forMs }),
      await ofAgent({ brokers, forMs, speed }),
    ]
    printReport({ bench: 'memory', ...begin, setting: { minutes, store, hosts, speed }, results }, values.json)
  } finally {
    await servers.stop()
  }
}

/** What a process had at a moment of its hour. */
interface Held {
  readonly elapsedMs: number
  readonly rssBytes: number
  readonly heapBytes: number
}

interface ConsumerHour {
  readonly store: StoreName
  readonly servers: Servers
  readonly brokers: string
  readonly hosts: number
  readonly forMs: number
}

async function ofConsumer({ store, servers, brokers, hosts, forMs }: ConsumerHour): Promise<Measured> {
  const kafka = { brokers: [brokers], topic: `bench-${randomUUID()}`, clientId: 'hostvitals-bench' }
  const records = Math.ceil(forMs / consumerIntervalMs) * hosts
  const { samples } = await fillTopic(kafka, { hosts, records })
  await using database = await freshStore(store, servers)
  await using consumer = new ConsumerProcess({ kafka, store: database.location })
  const last = await consumer.stored(records)
  await consumer.stop()
  if (last.samples !== samples) throw new Error(`${last.samples} of ${samples} samples were stored`)
  const held = consumer.commits.map(({ samples: stored, rssBytes, heapBytes }) => ({
    elapsedMs: (stored / samples) * forMs,
    rssBytes,
    heapBytes,
  }))
  return grownBy('consumer', held, { samples })
}

async function ofAgent({ brokers, forMs, speed }: Pick<HurriedTask, 'brokers' | 'forMs' | 'speed'>): Promise<Measured> {
  await using folder = await temporaryFolder('hostvitals-bench')
  const topic = `bench-${randomUUID()}`
  await ensureTopic({ brokers: [brokers], topic, clientId: 'hostvitals-bench' }, ignoreEvents)
  const stateFolder = join(folder.path, 'state')
  const task: HurriedTask = { stateFolder, brokers, topic, intervalMs: 1000, forMs, speed }
  const script = join(import.meta.dirname, 'hurried-agent.ts')
  const child = spawn(process.execPath, [script, 'produce', JSON.stringify(task)])
  child.stdin.end()
  await using agent = new Program('the agent', child)
  const { code, stdout, stderr } = await agent.ending(forMs / speed + 120_000)
  if (code !== 0) throw new Error(`the agent ended with ${String(code)}:\n${stderr}`)
  const lines = stdout.trimEnd().split('\n')
  // Printed by `hurried-agent.ts` in this folder.
  const held = lines.map((line) => JSON.parse(line) as HurriedLine)
  return grownBy('agent', held, { rounds: held.at(-1)?.rounds ?? 0 })
}

function grownBy(name: string, held: readonly Held[], more: Readonly<Record<string, number>>): Measured {
  const lastMs = held.at(-1)?.elapsedMs ?? 0
  const warm = held.filter(({ elapsedMs }) => elapsedMs >= lastMs * warmUpShare)
  const lineOf = (what: 'rssBytes' | 'heapBytes') =>
    slopeOf(warm.map((each) => [each.elapsedMs / hourMs, each[what] / 1e6]))
  const [rss, heap] = [lineOf('rssBytes'), lineOf('heapBytes')]
  const isFlat = [rss, heap].every(({ perUnit, error }) => Math.abs(perUnit) <= error)
  const figures = {
    ...more,
    rssMb: rounded((held.at(-1)?.rssBytes ?? Number.NaN) / 1e6),
    peakRssMb: rounded(Math.max(...held.map(({ rssBytes }) => rssBytes)) / 1e6),
    rssMbPerHour: rounded(rss.perUnit),
    rssMbPerHourError: rounded(rss.error),
    heapMbPerHour: rounded(heap.perUnit),
    heapMbPerHourError: rounded(heap.error),
  }
  const remark = isFlat ? 'the slope is 0 within noise' : 'the slope is not 0 within noise (95 %)'
  return { ...measured(name, [figures]), remark }
}
