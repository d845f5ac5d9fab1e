// How long a cold process takes to its first word, and `produce` to its first record in the spool, synced:
//   npm run bench -- start [--runs 9] [--sources] [--json]
// The program is built first, since the compiled one is what is published; --sources runs src/ as it is. Cold is the process: its
// files are in the system's memory after the first round, which is not counted.
import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ignoreEvents } from '../src/runtime/events.ts'
import { ensureTopic } from '../src/kafka/topic-admin.ts'
import { Program } from '../test/support/program.ts'
import { writeFiles } from '../test/support/sections.ts'
import { Servers } from '../test/support/servers.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { beginOfBench, type Figures, measured, printReport, rounded } from './report.ts'

const repository = join(import.meta.dirname, '..')

/** `npm run bench -- start …`; throws where a program fails. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '9' },
      sources: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  if (!values.sources) execFileSync('npm', ['run', '-s', 'build'], { cwd: repository, stdio: ['ignore', 2, 2] })
  const begin = beginOfBench()
  const program = join(repository, values.sources ? 'src/cli/main.ts' : 'dist/cli/main.js')
  const servers = new Servers()
  try {
    const brokers = await servers.address('kafkaBrokers')
    const ways: readonly (readonly [name: string, ms: () => Promise<number>])[] = [
      ['node --version', async () => untilEnd(['--version'])],
      ['--version', async () => untilEnd([program, '--version'])],
      ['--help', async () => untilEnd([program, '--help'])],
      ['produce, to its first record', async () => untilFirstRecord(program, brokers)],
      ['up, to its first record', async () => untilFirstRow(program)],
    ]
    const runs = new Map<string, Figures[]>(ways.map(([name]) => [name, []]))
    for (let each = -1; each < Number(values.runs); each++) {
      for (const [name, ms] of ways) {
        const p50Ms = rounded(await ms())
        if (each >= 0) runs.get(name)?.push({ p50Ms })
      }
    }
    const results = [...runs].map(([name, all]) => measured(name, all))
    printReport({ bench: 'start', ...begin, setting: { built: !values.sources }, results }, values.json)
  } finally {
    await servers.stop()
  }
}

/** Milliseconds from the start of Node with these arguments to its end. */
async function untilEnd(args: readonly string[]): Promise<number> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const ms = performance.now() - beganMs
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`)
  return ms
}

/** Milliseconds to the line that tells the first record that the spool has synced; with all groups that are on by default. */
async function untilFirstRecord(program: string, brokers: string): Promise<number> {
  await using folder = await temporaryFolder('hostvitals-bench')
  const topic = `bench-${randomUUID()}`
  await ensureTopic({ brokers: [brokers], topic, clientId: 'hostvitals-bench' }, ignoreEvents)
  await writeFiles(folder.path, [
    ['package.json', '{ "type": "module" }\n'],
    ['kafka.config.ts', config('Kafka', `brokers: ['${brokers}'], topic: '${topic}'`)],
    ['producer.config.ts', config('Producer', `stateFolder: 'state', logLevel: 'debug', metrics: [host()]`)],
  ])
  return await untilLine([program, 'produce'], folder.path, /"spool\.accepted"/)
}

/** Milliseconds to the line that tells the first committed row, dashboard and all. */
async function untilFirstRow(program: string): Promise<number> {
  await using folder = await temporaryFolder('hostvitals-bench')
  await writeFiles(folder.path, [
    ['package.json', '{ "type": "module" }\n'],
    ['producer.config.ts', config('Producer', `logLevel: 'debug', metrics: [host()]`)],
  ])
  return await untilLine([program, 'up', '--data', 'data', '--interval', '10s'], folder.path, /"ingest\.stored"/)
}

async function untilLine(args: readonly string[], cwd: string, line: RegExp): Promise<number> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, args, { cwd })
  child.stdin.end()
  await using running = new Program(args.slice(1).join(' '), child)
  await running.line(line)
  const ms = performance.now() - beganMs
  const { code, stdout, stderr } = await running.stop('SIGTERM')
  if (code !== 0) throw new Error(`${args[1] ?? ''} ended with ${String(code)}:\n${stdout}${stderr}`)
  return ms
}

function config(kind: 'Kafka' | 'Producer', keys: string): string {
  return `import { define${kind}, host } from 'hostvitals'\nexport default define${kind}({ ${keys} })\n`
}
