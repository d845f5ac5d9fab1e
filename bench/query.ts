// What `hostvitals query` answers and how fast, over a seeded fleet:
//   npm run bench -- query [--store postgres|sqlite] [--hosts 1000] [--hours 24] [--days 365] [--keep NAME] [--repeats 5] [--json]
import { parseArgs } from 'node:util'
import { answer, type Question } from '../src/query/answer.ts'
import { openStore } from '../src/store/open-store.ts'
import { startProgram } from '../test/support/program.ts'
import { isStoreName, storeNames } from './fresh-store.ts'
import { seededFleet, type SeededFleet } from './kept-fleet.ts'
import { describeMachine } from './machine.ts'
import { hostsOfDays } from './seed-fleet.ts'
import { type Spread, spreadOf } from './spread.ts'

/** One question. */
interface Asked {
  /** As a person types it, without the store. */
  readonly words: readonly string[]
  readonly question: Omit<Question, 'attributes' | 'toMs' | 'fromMs' | 'host'>
  readonly backMs: number
  /** Of so many hosts one is asked for each time; undefined: all at once. */
  readonly ofHosts: number | undefined
}

/** What became of it. */
export interface QueryResult {
  readonly command: string
  /** Of `answer`, in a process that is warm. */
  readonly ms: Spread
  /** Of the whole command, its start included. */
  readonly commandMs: number
  readonly lines: number
  readonly points: number
}

const hourMs = 3_600_000

/** `npm run bench -- query …`; throws where an answer has no points. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'postgres' },
      hosts: { type: 'string', default: '1000' },
      hours: { type: 'string', default: '24' },
      days: { type: 'string', default: '365' },
      keep: { type: 'string' },
      repeats: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!isStoreName(values.store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const size = { hosts: Number(values.hosts), hours: Number(values.hours), days: Number(values.days) }
  await using fleet = await seededFleet({ ...size, store: values.store, keep: values.keep }, tell)
  const results: QueryResult[] = []
  for (const asked of questions(size)) {
    tell(asked.words.join(' '))
    results.push(await measure(fleet, asked, Number(values.repeats)))
  }
  await using store = await openStore(fleet.location, { durable: false })
  const report = { ...size, seedSeconds: fleet.seedSeconds, results, machine: await describeMachine(store) }
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : inWords(report))
}

function questions({
  hosts,
  hours,
  days,
}: {
  readonly hosts: number
  readonly hours: number
  readonly days: number
}): readonly Asked[] {
  const gauge = 'system.cpu.utilization'
  const counter = 'system.network.io'
  const all = hours * hourMs
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
): Promise<QueryResult> {
  await using store = await openStore(location, { durable: false })
  const range = { fromMs: nowMs - backMs, toMs: nowMs }
  const times: number[] = []
  let [lines, points] = [0, 0]
  for (let each = -1; each < repeats; each++) {
    const host = ofHosts === undefined ? {} : { host: uids[((each + 1) * 7) % ofHosts] ?? '' }
    const beganMs = performance.now()
    const { series } = await answer(store, { ...question, ...host, ...range, attributes: {} })
    // The first one warms up.
    if (each >= 0) times.push(performance.now() - beganMs)
    lines = series.length
    points = series.reduce((sum, line) => sum + line.points.length, 0)
    if (points === 0) throw new Error(`${words.join(' ')}: no points`)
  }
  const named = words.map((word) => (word === 'H' ? (uids[0] ?? '') : word))
  const moments = [range.fromMs, range.toMs].map((ms) => new Date(ms).toISOString())
  const url = location.kind === 'sqlite' ? `sqlite:${location.file}` : location.url
  const beganMs = performance.now()
  await using program = startProgram([
    'query',
    ...named,
    '--from',
    moments[0] ?? '',
    '--to',
    moments[1] ?? '',
    '--store',
    url,
  ])
  const { code, stderr } = await program.ending(600_000)
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${String(code)}: ${stderr}`)
  const commandMs = Math.round(performance.now() - beganMs)
  const back = backMs % (24 * hourMs) === 0 ? `${backMs / hourMs / 24}d` : `${backMs / hourMs}h`
  return { command: `${words.join(' ')} --from -${back}`, ms: spreadOf(times), commandMs, lines, points }
}

function tell(text: string): void {
  process.stderr.write(`  ${text}\n`)
}

function inWords(report: { readonly results: readonly QueryResult[] }): string {
  const lines = report.results.map(
    ({ command, ms, commandMs, lines, points }) =>
      `${command.padEnd(64)} ${String(ms.median).padStart(8)} ms (${ms.least} to ${ms.most}; the command ${commandMs}), ${lines} lines, ${points} points\n`,
  )
  const { results: _, ...rest } = report
  return `${lines.join('')}${JSON.stringify(rest, undefined, 2)}\n`
}
