// Every bench, one after the other, each with servers of its own:
//   npm run bench -- all [--telegraf PATH] [--only NAME,NAME…] [--json]
// With --json one document, the reports in their order; one bench that fails is told, the others go on, and the exit code is 1.
import { parseArgs } from 'node:util'
import { storeNames } from './fresh-store.ts'
import { runBench } from './own-bench.ts'
import { beginOfBench } from './report.ts'

/** What docs/PERFORMANCE.md's table needs, in its order. */
const plan: readonly (readonly string[])[] = [
  ...storeNames.map((store) => ['ingest', '--store', store]),
  ['ingest', '--store', 'postgres', '--shape', 'single'],
  ['agent'],
  ['latency'],
  ['growth'],
  ['memory'],
  ['fleet'],
  ['spool'],
  ['start'],
  ['wire'],
  ['rollup'],
  ['dashboard'],
  ['query'],
  ['peers'],
]

/** `npm run bench -- all …`. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      telegraf: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const begin = beginOfBench()
  const only = values.only?.split(',')
  const reports: Readonly<Record<string, unknown>>[] = []
  for (const [name = '', ...options] of plan.filter(([bench = '']) => only === undefined || only.includes(bench))) {
    const telegraf = name === 'peers' && values.telegraf !== undefined ? ['--telegraf', values.telegraf] : []
    const command = [name, ...options, ...telegraf]
    process.stderr.write(`npm run bench -- ${command.join(' ')}\n`)
    try {
      const report = await runBench(command)
      reports.push({ command, ...report })
      if (!values.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
    } catch (error) {
      process.stderr.write(`${String(error)}\n`)
      reports.push({ command, failed: String(error) })
      process.exitCode = 1
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ bench: 'all', ...begin, reports })}\n`)
}
