// What a measuring agent costs: `hostvitals produce` with the groups of host() that are on by default, a process of its own
// that sends to a real broker:
//   npm run bench -- agent [--interval 1s] [--seconds 20] [--warm-up 60] [--node FLAG…] [--sources] [--json]
// It is built first, since the compiled program is what is published; --sources runs src/ as it is instead.
import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureTopic } from '../src/kafka/topic-admin.ts'
import { mergeHistograms } from '../src/metric/merge-histograms.ts'
import { percentile } from '../src/metric/percentile.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { ignoreEvents } from '../src/runtime/events.ts'
import { writeFiles } from '../test/support/sections.ts'
import { plainMessage } from '../test/support/otlp-points.ts'
import { referenceDecode } from '../test/support/otlp-reference.ts'
import { Program } from '../test/support/program.ts'
import { Servers } from '../test/support/servers.ts'
import { spooledSegments } from '../test/support/spooled-segments.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { ProcessCost } from './process-cost.ts'

/** What an agent costs, once it runs. */
export interface AgentCost {
  /** User and system time of all its threads. */
  readonly cpuMsPerSecond: number
  /** Resident memory at the end, and the most that it ever was; 10⁶ bytes. */
  readonly rssMb: number
  readonly peakRssMb: number
  /** Different series in a round, those about the agent itself included. */
  readonly series: number
  readonly bytesPerRound: number
  /** Half of the rounds were measured in less; how long the others took is not in it. */
  readonly scrapeMsP50: number
  readonly rounds: number
  readonly interval: string
  readonly seconds: number
}

const repository = join(import.meta.dirname, '..')

/** `npm run bench -- agent …`; throws where the agent does not run, or where a round is missing. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      interval: { type: 'string', default: '1s' },
      seconds: { type: 'string', default: '20' },
      'warm-up': { type: 'string', default: '60' },
      node: { type: 'string', multiple: true, default: [] },
      sources: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  if (!values.sources) execFileSync('npm', ['run', '-s', 'build'], { cwd: repository, stdio: ['ignore', 2, 2] })
  const servers = new Servers()
  try {
    const brokers = await servers.address('kafkaBrokers')
    const cost = await measure(brokers, {
      interval: values.interval,
      seconds: Number(values.seconds),
      warmUpSeconds: Number(values['warm-up']),
      program: [...values.node, join(repository, values.sources ? 'src/cli/main.ts' : 'dist/cli/main.js')],
    })
    process.stdout.write(values.json ? `${JSON.stringify(cost)}\n` : `${JSON.stringify(cost, undefined, 2)}\n`)
  } finally {
    await servers.stop()
  }
}

interface Run {
  readonly interval: string
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Node's flags and the program. */
  readonly program: readonly string[]
}

async function measure(brokers: string, { interval, seconds, warmUpSeconds, program }: Run): Promise<AgentCost> {
  await using folder = await temporaryFolder('hostvitals-bench')
  const topic = `bench-${randomUUID()}`
  await ensureTopic({ brokers: [brokers], topic, clientId: 'hostvitals-bench' }, ignoreEvents)
  await writeFiles(folder.path, [
    ['package.json', '{ "type": "module" }\n'],
    ['kafka.config.ts', config('Kafka', `brokers: ['${brokers}'], topic: '${topic}'`)],
    ['producer.config.ts', config('Producer', `interval: '${interval}', stateFolder: 'state', metrics: [host()]`)],
  ])
  const child = spawn(process.execPath, [...program, 'produce'], { cwd: folder.path })
  child.stdin.end()
  await using agent = new Program('hostvitals produce', child)
  await agent.line(/"role.started"/)
  await systemClock.sleep(warmUpSeconds * 1000)
  const cost = ProcessCost.begin(agent.pid ?? 0)
  await systemClock.sleep(seconds * 1000)
  const taken = cost.end()
  const { code, stdout, stderr } = await agent.stop('SIGTERM')
  if (code !== 0) throw new Error(`produce ended with ${String(code)}:\n${stdout}${stderr}`)
  return { ...taken, ...(await spooled(join(folder.path, 'state/spool'))), interval, seconds }
}

function config(kind: 'Kafka' | 'Producer', keys: string): string {
  return `import { define${kind}, host } from 'hostvitals'\nexport default define${kind}({ ${keys} })\n`
}

/** What the agent accepted, as its spool still has it; of the first rounds nothing, since shares need two. */
async function spooled(
  folder: string,
): Promise<Pick<AgentCost, 'series' | 'bytesPerRound' | 'scrapeMsP50' | 'rounds'>> {
  const rounds = new Map<number, { bytes: number; series: Set<string> }>()
  const scrapes = []
  for await (const { records } of spooledSegments(folder)) {
    for (const { value, note } of records) {
      if (note !== undefined) continue
      const points = plainMessage(referenceDecode(value))
      const timeMs = points[0]?.timeMs ?? 0
      const round = rounds.get(timeMs) ?? { bytes: 0, series: new Set() }
      rounds.set(timeMs, round)
      round.bytes += value.length
      for (const { name, attributes } of points) round.series.add(JSON.stringify([name, attributes]))
      for (const { name, histogram } of points)
        if (name === 'hostvitals.scrape.duration' && histogram !== undefined) scrapes.push(histogram)
    }
  }
  const last = [...rounds.values()].at(-1)
  if (last === undefined) throw new Error('the agent accepted nothing')
  const merged = mergeHistograms(scrapes)
  if (merged === undefined) throw new Error('the agent has measured no round')
  const p50 = percentile(merged, 0.5) ?? Number.NaN
  return {
    series: last.series.size,
    bytesPerRound: last.bytes,
    scrapeMsP50: Math.round(p50 * 1e5) / 100,
    rounds: rounds.size,
  }
}
