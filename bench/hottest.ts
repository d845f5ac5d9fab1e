// The hottest lines of a profile of the consumer or of the agent, while their bench runs, a function a line:
//   npm run bench -- hottest ingest|agent [--top 10] [--json] [-- options of that bench]
// The share is of the time in which the process's main thread worked, by V8's sampling profiler; what Node itself and the C library
// take stands as (program), memory that is given back as (garbage collector). Both run from src/.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { runBench } from './own-bench.ts'
import { beginOfBench, measured, printReport, rounded } from './report.ts'

/** Of V8's `.cpuprofile` what is needed here. Source: the DevTools protocol, Profiler.Profile. */
interface Profile {
  readonly nodes: readonly {
    /** Lines from 0. */
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly hitCount?: number
  }[]
}

/** What each bench is run with, and the file by which the process that matters is known. */
const processes: Readonly<Record<string, { readonly options: readonly string[]; readonly file: string }>> = {
  ingest: { options: ['--store', 'postgres', '--runs', '1'], file: 'bench/measured-consumer.ts' },
  agent: { options: ['--sources'], file: 'src/cli/commands/roles.ts' },
}

const repository = join(import.meta.dirname, '..')
const idle = new Set(['(idle)', '(root)'])

/** `npm run bench -- hottest …`; throws where that process left no profile. */
export async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { top: { type: 'string', default: '10' }, json: { type: 'boolean', default: false } },
  })
  const [name = '', ...more] = positionals
  const found = Object.hasOwn(processes, name) ? processes[name] : undefined
  if (found === undefined) throw new Error(`hottest ${name}: ${Object.keys(processes).join(' or ')}`)
  const begin = beginOfBench()
  await using folder = await temporaryFolder('hostvitals-bench')
  const flags = `--cpu-prof --cpu-prof-dir=${folder.path}`
  await runBench([name, ...found.options, ...more], { NODE_OPTIONS: flags })
  const profile = readdirSync(folder.path)
    // Written by V8.
    .map((file) => JSON.parse(readFileSync(join(folder.path, file), 'utf8')) as Profile)
    .filter(({ nodes }) => nodes.some(({ callFrame }) => callFrame.url.endsWith(found.file)))
    .toSorted((a, b) => ticksOf(b) - ticksOf(a))[0]
  if (profile === undefined) throw new Error(`no process that runs ${found.file} left a profile`)
  const results = hottestLines(profile)
    .slice(0, Number(values.top))
    .map(([line, percent]) => measured(line, [{ percent }]))
  printReport({ bench: `hottest ${name}`, ...begin, setting: { ticks: ticksOf(profile) }, results }, values.json)
}

/** Each function with its own share, without what it calls, the most first. */
function hottestLines(profile: Profile): readonly (readonly [line: string, percent: number])[] {
  const all = ticksOf(profile)
  const ticks = new Map<string, number>()
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    const { functionName, url, lineNumber } = callFrame
    if (idle.has(functionName)) continue
    const line = url === '' ? functionName : `${placeOf(url)}:${lineNumber + 1} ${functionName}`
    ticks.set(line, (ticks.get(line) ?? 0) + hitCount)
  }
  return [...ticks].toSorted(([, a], [, b]) => b - a).map(([line, of]) => [line, rounded((of / all) * 100)] as const)
}

function ticksOf({ nodes }: Profile): number {
  return nodes.reduce((sum, { callFrame, hitCount = 0 }) => sum + (idle.has(callFrame.functionName) ? 0 : hitCount), 0)
}

function placeOf(url: string): string {
  return url.startsWith('file:') ? relative(repository, fileURLToPath(url)) : url
}
