// What the dashboard answers and how fast, over a seeded fleet and the real server:
//   npm run bench -- dashboard [--store postgres|sqlite] [--hosts 1000] [--hours 24] [--days 365] [--keep NAME] [--repeats 15]
//     [--no-browser] [--node FLAG…] [--json]
import { parseArgs } from 'node:util'
import { openStore } from '../src/store/open-store.ts'
import { chartMetrics } from './fleet-series.ts'
import { DashboardUnderTest, type DashboardReply } from './dashboard-under-test.ts'
import { firstCharts } from './first-charts.ts'
import { isStoreName, storeNames } from './fresh-store.ts'
import { seededFleet, type SeededFleet } from './kept-fleet.ts'
import { describeMachine } from './machine.ts'
import { hostsOfDays } from './seed-fleet.ts'
import { type Spread, spreadOf } from './spread.ts'

/** One question, asked several times, of another host each time. */
interface Asked {
  readonly name: string
  readonly path: (uid: string) => string
  /** How many of the hosts have what is asked for. */
  readonly hosts: number
}

/** What became of it. */
export interface AskedResult {
  readonly name: string
  /** Of the first answer of all. */
  readonly firstMs: number
  /** Of the others, from the question to the last byte. */
  readonly ms: Spread
  /** Of the server's process, for each of them. */
  readonly cpuMs: number
  readonly kilobytes: number
  readonly compressedKilobytes: number
}

/** `npm run bench -- dashboard …`; throws where an answer is none, or lacks what was seeded. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'postgres' },
      hosts: { type: 'string', default: '1000' },
      hours: { type: 'string', default: '24' },
      days: { type: 'string', default: '365' },
      keep: { type: 'string' },
      repeats: { type: 'string', default: '15' },
      'no-browser': { type: 'boolean', default: false },
      node: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  })
  if (!isStoreName(values.store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  const size = { hosts: Number(values.hosts), hours: Number(values.hours), days: Number(values.days) }
  await using fleet = await seededFleet({ ...size, store: values.store, keep: values.keep }, tell)
  const results: AskedResult[] = []
  await using dashboard = await DashboardUnderTest.start({ location: fleet.location, nowMs: fleet.nowMs }, values.node)
  for (const asked of questions(size)) {
    results.push(await measure(dashboard, asked, fleet, Number(values.repeats)))
  }
  const { peakMb } = await dashboard.taken()
  const charts = values['no-browser'] ? undefined : await firstCharts(dashboard.url, fleet.uids)
  await using store = await openStore(fleet.location, { durable: false })
  const { seedSeconds } = fleet
  const report = { ...size, seedSeconds, results, serverPeakMb: peakMb, charts, machine: await describeMachine(store) }
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
  const twelve = chartMetrics.map((metric) => `m=${metric}`).join('&')
  const ofDays = Math.min(hosts, hostsOfDays)
  return [
    { name: `list of ${hosts} hosts`, path: () => '/api/hosts', hosts: 1 },
    { name: 'host: what it is', path: (uid) => `/api/hosts/${uid}`, hosts },
    {
      name: `host: 12 charts, ${hours} h`,
      path: (uid) => `/api/charts?${twelve}&host=${uid}&from=now-${hours}h&points=240`,
      hosts,
    },
    { name: 'host: 12 charts, 1 h', path: (uid) => `/api/charts?${twelve}&host=${uid}&from=now-1h&points=240`, hosts },
    {
      name: `a counter, ${days} days`,
      path: (uid) => `/api/charts?m=system.network.io&host=${uid}&from=now-${days}d&points=240`,
      hosts: ofDays,
    },
    {
      name: `a gauge, ${days} days`,
      path: (uid) => `/api/charts?m=system.cpu.utilization&host=${uid}&from=now-${days}d&points=240`,
      hosts: ofDays,
    },
  ]
}

async function measure(
  dashboard: DashboardUnderTest,
  { name, path, hosts }: Asked,
  { uids }: SeededFleet,
  repeats: number,
): Promise<AskedResult> {
  const ask = async (at: number): Promise<DashboardReply> => {
    // Steps that visit hosts far from each other.
    const reply = await dashboard.ask(path(uids[(at * 7 + 3) % hosts] ?? ''))
    if (!/\d\.\d/.test(reply.text))
      throw new Error(`${name}: no number stands in the answer: ${reply.text.slice(0, 300)}`)
    return reply
  }
  const { ms: firstMs } = await ask(0)
  for (let warmUp = 0; warmUp < 3; warmUp++) await ask(repeats + 1 + warmUp)
  const before = await dashboard.taken()
  const replies: DashboardReply[] = []
  for (let each = 1; each <= repeats; each++) replies.push(await ask(each))
  const after = await dashboard.taken()
  const most = (of: (reply: DashboardReply) => number): number => replies.reduce((a, b) => Math.max(a, of(b)), 0)
  return {
    name,
    firstMs: Math.round(firstMs * 10) / 10,
    ms: spreadOf(replies.map(({ ms }) => ms)),
    cpuMs: Math.round(((after.cpuMs - before.cpuMs) / repeats) * 10) / 10,
    kilobytes: kilobytes(most(({ bytes }) => bytes)),
    compressedKilobytes: kilobytes(most(({ wireBytes }) => wireBytes)),
  }
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 100) / 10
}

function tell(text: string): void {
  process.stderr.write(`  ${text}\n`)
}

function inWords(report: { readonly results: readonly AskedResult[] }): string {
  const lines = report.results.map(
    ({ name, firstMs, ms, cpuMs, kilobytes, compressedKilobytes }) =>
      `${name.padEnd(26)} ${String(ms.median).padStart(8)} ms (${ms.least} to ${ms.most}, first ${firstMs}; its process ${cpuMs}), ${kilobytes} kB, ${compressedKilobytes} compressed\n`,
  )
  const { results: _, ...rest } = report
  return `${lines.join('')}${JSON.stringify(rest, undefined, 2)}\n`
}
