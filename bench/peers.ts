// hostvitals beside Telegraf, in one run, on the same servers and with the same numbers:
//   npm run bench -- peers [--telegraf PATH] [--samples 5000000] [--single 500000] [--hosts 100] [--runs 3]
//     [--agent-seconds 20] [--agent-warm-up 60] [--sources] [--json]
// Telegraf reads Kafka and writes PostgreSQL in its best form, ten fields a message in wide tables, and one sample a message with its
// tags in a table of their own; then its eight inputs that measure a host. README.md says how to build it. Without it only ours is
// measured, and said so.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/runtime/clock.ts'
import { freshPostgresDatabase } from '../test/support/postgres-database.ts'
import { Servers } from '../test/support/servers.ts'
import { isShape, type Shape } from './fill-topic.ts'
import { fillInfluxTopic } from './influx-topic.ts'
import { figuresOf, runBench } from './own-bench.ts'
import { makeTopic } from './partitioned-topic.ts'
import { ProcessCost } from './process-cost.ts'
import { beginOfBench, type Figures, measured, printReport, rounded } from './report.ts'
import { untilFilled } from './stored-elsewhere.ts'
import { agentConfiguration, consumerConfiguration, findTelegraf, startTelegraf, telegrafVersion } from './telegraf.ts'

/** `npm run bench -- peers …`; throws where one of them did not store all. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      telegraf: { type: 'string' },
      samples: { type: 'string', default: '5000000' },
      single: { type: 'string', default: '500000' },
      hosts: { type: 'string', default: '100' },
      runs: { type: 'string', default: '3' },
      'agent-seconds': { type: 'string', default: '20' },
      'agent-warm-up': { type: 'string', default: '60' },
      sources: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const begin = beginOfBench()
  const telegraf = findTelegraf(values.telegraf)
  if (telegraf === undefined)
    process.stderr.write(
      'There is no telegraf in PATH: only hostvitals is measured. bench/README.md says how to build it.\n',
    )
  const hosts = Number(values.hosts)
  const servers = new Servers()
  try {
    const brokers = await servers.address('kafkaBrokers')
    const postgresUrl = await servers.address('postgresUrl')
    const given = { KAFKA_BROKERS: brokers, POSTGRES_URL: postgresUrl }
    const all = new Map<string, Figures[]>()
    const keep = (name: string, figures: Figures): void => void all.set(name, [...(all.get(name) ?? []), figures])
    const forms = { scrape: Number(values.samples), single: Number(values.single) }
    for (let each = 0; each < Number(values.runs); each++) {
      for (const [shape, samples] of Object.entries(forms)) {
        if (!isShape(shape)) continue
        if (telegraf !== undefined)
          keep(`Telegraf, ${names[shape]}`, await stored({ telegraf, brokers, postgresUrl, shape, hosts, samples }))
        const ours = ['ingest', '--store', 'postgres', '--shape', shape, '--samples', String(samples)]
        const printed = await runBench([...ours, '--hosts', String(hosts), '--runs', '1'], given)
        keep(`hostvitals, ${shape === 'scrape' ? '100 numbers a record' : 'one sample a record'}`, figuresOf(printed))
      }
    }
    const span = ['--seconds', values['agent-seconds'], '--warm-up', values['agent-warm-up']]
    const how = [...span, ...(values.sources ? ['--sources'] : [])]
    const agents = await sideBySide(telegraf, brokers, how, given)
    for (const [name, figures] of agents) keep(name, figures)
    const version = telegraf === undefined ? 'absent' : telegrafVersion(telegraf)
    const setting = { ...forms, hosts, telegraf: version }
    const results = [...all].map(([name, runs]) => measured(name, runs))
    printReport({ bench: 'peers', ...begin, setting, results }, values.json)
  } finally {
    await servers.stop()
  }
}

const names: Readonly<Record<Shape, string>> = {
  scrape: 'ten fields a message, wide tables',
  single: 'one sample a message, tag table',
}

interface TelegrafRun {
  readonly telegraf: string
  readonly brokers: string
  readonly postgresUrl: string
  readonly shape: Shape
  readonly hosts: number
  readonly samples: number
}

/** Its processor time counts from its start, which is a tenth of a second. */
async function stored({ telegraf, brokers, postgresUrl, shape, hosts, samples }: TelegrafRun): Promise<Figures> {
  const topic = `bench-${randomUUID()}`
  const kafka = { brokers: [brokers], topic, clientId: 'hostvitals-bench' }
  const written = await fillInfluxTopic(kafka, { hosts, samples, shape })
  await using database = await freshPostgresDatabase(postgresUrl)
  const way = { brokers, topic, postgresUrl: database.url, hasTagTable: shape === 'single' }
  await using running = await startTelegraf(telegraf, consumerConfiguration(way))
  const startedMs = performance.now()
  const cost = ProcessCost.begin(running.pid)
  const { beganMs, endedMs, bytes } = await untilFilled(database.url, written.messages)
  const { cpuMsPerSecond, peakRssMb } = cost.end()
  const cpuSeconds = (cpuMsPerSecond * (performance.now() - startedMs)) / 1e6
  await running.stop()
  return {
    samplesPerSecond: Math.round((written.samples * 1000) / (endedMs - beganMs)),
    samplesPerCpuSecond: Math.round(written.samples / cpuSeconds),
    peakRssMb,
    bytesPerSample: rounded(bytes / written.samples),
  }
}

/** Both agents measure this machine at one second at the same time; Telegraf is watched for as long as ours runs. */
async function sideBySide(
  telegraf: string | undefined,
  brokers: string,
  how: readonly string[],
  given: Readonly<Record<string, string>>,
): Promise<readonly (readonly [string, Figures])[]> {
  const ours = 'hostvitals agent, default groups'
  const args = ['agent', '--interval', '1s', ...how]
  if (telegraf === undefined) return [[ours, figuresOf(await runBench(args, given))]]
  const topic = `bench-${randomUUID()}`
  await makeTopic({ brokers: [brokers], topic, clientId: 'hostvitals-bench' }, 1)
  await using running = await startTelegraf(telegraf, agentConfiguration(brokers, topic))
  // Its start is not what it costs.
  await systemClock.sleep(5000)
  const cost = ProcessCost.begin(running.pid)
  const figures = figuresOf(await runBench(args, given))
  const { cpuMsPerSecond, rssMb, peakRssMb } = cost.end()
  await running.stop()
  return [
    ['Telegraf agent, eight inputs', { cpuMsPerSecond, rssMb, peakRssMb }],
    [ours, figures],
  ]
}
