// What `hostvitals query` answers and how fast, over a seeded fleet:
//   npm run bench -- query [--store postgres|sqlite] [--hosts 1000] [--hours 24] [--days 365] [--keep NAME] [--repeats 5] [--json]
// Each is asked of `answer` in one process, and once of the whole command, its start included.
import { parseArgs } from 'node:util'
import { answer, type Question } from '../src/query/answer/answer.ts'
import { openStore } from '../src/store/open-store.ts'
import type { StoreLocation } from '../src/store/store-location.ts'
import { startProgram } from '../test/support/program.ts'
import { fleetOptions, fleetWanted, seededFleet, type SeededFleet } from './kept-fleet.ts'
import { beginOfBench, type Figures, type Measured, measured, printReport, rounded } from './report.ts'
import { type FleetSize, hostsOfDays } from './seed-fleet.ts'

/** One question. */
interface Asked {
  /** As a person types it, without the store. */
  readonly words: readonly string[]
  readonly question: Omit<Question, 'attributes' | 'toMs' | 'fromMs' | 'host'>
  readonly backMs: number
  /** Of so many hosts one is asked for each time; undefined: all at once. */
  readonly ofHosts: number | undefined
}

const hourMs = 3_600_000

/** `npm run bench -- query …`; throws where an answer has no points. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...fleetOptions,
      repeats: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  })
  const { keep, ...asked } = fleetWanted(values)
  await using fleet = await seededFleet({ ...asked, keep }, tell)
  const begin = beginOfBench()
  const results: Measured[] = []
  for (const question of questions(asked)) {
    tell(question.words.join(' '))
    results.push(await measure(fleet, question, Number(values.repeats)))
  }
  const setting = { ...asked, seedSeconds: fleet.seedSeconds }
  printReport({ bench: 'query', ...begin, setting, results }, values.json)
}

function questions({ hosts, hours, days }: FleetSize): readonly Asked[] {
  const gauge = 'system.cpu.utilization'
  const counter = 'system.network.io'
  // The first hour is left out of the longer ones: what is before it was not seeded, and would be looked for.
  const all = Math.max(1, hours - 1) * hourMs
  const ofDays = Math.min(hosts, hostsOfDays)
  const day = 24 * hourMs
  return [
    { words: [gauge, '--host', 'H'], question: { metric: gauge }, backMs: hourMs, ofHosts: hosts },
    { words: [counter, '--host', 'H'], question: { metric: counter }, backMs: hourMs, ofHosts: hosts },
    { words: [gauge, '--host', 'H'], question: { metric: gauge }, backMs: all, ofHosts: hosts },
    { words: [counter, '--host', 'H'], question: { metric: counter }, backMs: all, ofHosts: hosts },
    {
      words: [counter, '--host', 'H', '--step', '10m'],
      question: { metric: counter, stepMs: 600_000 },
      backMs: all,
      ofHosts: hosts,
    },
    {
      words: [counter, '--host', 'H', '--increase', '--step', '1d'],
      question: { metric: counter, stepMs: day, form: 'increase' },
      backMs: days * day,
      ofHosts: ofDays,
    },
    {
      words: [gauge, '--host', 'H', '--step', '1h'],
      question: { metric: gauge, stepMs: hourMs },
      backMs: days * day,
      ofHosts: ofDays,
    },
    {
      words: [gauge, '--by', 'site', '--step', '10m'],
      question: { metric: gauge, by: 'site', stepMs: 600_000 },
      backMs: all,
      ofHosts: undefined,
    },
    { words: [counter, '--by', 'site'], question: { metric: counter, by: 'site' }, backMs: hourMs, ofHosts: undefined },
    { words: [counter, '--by', 'site'], question: { metric: counter, by: 'site' }, backMs: all, ofHosts: undefined },
  ]
}

async function measure(
  { location, nowMs, uids }: SeededFleet,
  { words, question, backMs, ofHosts }: Asked,
  repeats: number,
): Promise<Measured> {
  await using store = await openStore(location, { durable: false })
  const range = { fromMs: nowMs - backMs, toMs: nowMs }
  const runs: Figures[] = []
  for (let each = -1; each < repeats; each++) {
    const host = ofHosts === undefined ? {} : { host: uids[((each + 1) * 7) % ofHosts] ?? '' }
    const beganMs = performance.now()
    const { series } = await answer(store, { ...question, ...host, ...range, attributes: {} })
    const p50Ms = rounded(performance.now() - beganMs)
    const points = series.reduce((sum, line) => sum + line.points.filter(([, value]) => value !== null).length, 0)
    if (points === 0) throw new Error(`${words.join(' ')}: no points`)
    // The first one warms up.
    if (each >= 0) runs.push({ p50Ms, lines: series.length, points })
  }
  const back = backMs % (24 * hourMs) === 0 ? `${backMs / hourMs / 24}d` : `${backMs / hourMs}h`
  const commandMs = rounded(
    await runCommand(
      location,
      words.map((word) => (word === 'H' ? (uids[0] ?? '') : word)),
      range,
    ),
  )
  return { ...measured(`${words.join(' ')} --from -${back}`, runs), remark: `the whole command once: ${commandMs} ms` }
}

/** Milliseconds from the start of `hostvitals query …` to its end. */
async function runCommand(
  location: StoreLocation,
  words: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<number> {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString())
  const url = location.kind === 'sqlite' ? `sqlite:${location.file}` : location.url
  const beganMs = performance.now()
  await using program = startProgram(['query', ...words, '--from', from ?? '', '--to', to ?? '', '--store', url])
  const { code, stderr } = await program.ending(600_000)
  if (code !== 0) throw new Error(`query ${words.join(' ')} ended with ${String(code)}: ${stderr}`)
  return performance.now() - beganMs
}

function tell(text: string): void {
  process.stderr.write(`  ${text}\n`)
}
