// What the dashboard answers and how fast, over a seeded fleet and the real server; then how soon a browser has a chart of it:
//   npm run bench -- dashboard [--store postgres|mysql|mariadb|sqlite] [--hosts 1000] [--hours 24] [--days 365] [--keep NAME]
//     [--repeats 15] [--no-browser] [--node=FLAG…] [--json]
// POSTGRES_URL with --keep NAME keeps what was seeded for the next run; --node=--cpu-prof writes a profile of the server.
import { parseArgs } from 'node:util'
import { DashboardUnderTest } from './dashboard-under-test.ts'
import { buildPage, firstCharts } from './first-charts.ts'
import { chartMetrics } from './fleet-series.ts'
import { fleetOptions, fleetWanted, seededFleet, type SeededFleet } from './kept-fleet.ts'
import { beginOfBench, type Figures, type Measured, measured, printReport, rounded } from './report.ts'
import { type FleetSize, hostsOfDays } from './seed-fleet.ts'

/** One question, asked several times, of another host each time. */
interface Asked {
  readonly name: string
  readonly path: (uid: string) => string
  /** How many of the hosts have what is asked for. */
  readonly hosts: number
  readonly goal: string
}

const warmUps = 3

/** `npm run bench -- dashboard …`; throws where an answer is none, or has no number. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...fleetOptions,
      repeats: { type: 'string', default: '15' },
      'no-browser': { type: 'boolean', default: false },
      node: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  })
  const { keep, ...asked } = fleetWanted(values)
  if (!values['no-browser']) buildPage()
  await using fleet = await seededFleet({ ...asked, keep }, tell)
  const begin = beginOfBench()
  await using dashboard = await DashboardUnderTest.start({ location: fleet.location, nowMs: fleet.nowMs }, values.node)
  const results: Measured[] = []
  for (const question of questions(asked)) {
    tell(question.name)
    results.push(await measure(dashboard, question, fleet, Number(values.repeats)))
  }
  const { peakRssMb } = await dashboard.taken()
  if (!values['no-browser']) results.push(...(await firstCharts(dashboard.url, fleet.uids)))
  const setting = { ...asked, seedSeconds: fleet.seedSeconds, serverPeakRssMb: peakRssMb }
  printReport({ bench: 'dashboard', ...begin, setting, results }, values.json)
}

function questions({ hosts, hours, days }: FleetSize): readonly Asked[] {
  const twelve = chartMetrics.map((metric) => `m=${metric}`).join('&')
  const ofDays = Math.min(hosts, hostsOfDays)
  return [
    { name: `list of ${hosts} hosts`, path: () => '/api/hosts', hosts: 1, goal: '300 ms and 1 000 kB' },
    { name: 'host: what it is', path: (uid) => `/api/hosts/${uid}`, hosts, goal: 'none by itself' },
    {
      name: `host: 12 charts, ${hours} h`,
      path: (uid) => charts(twelve, uid, `${hours}h`),
      hosts,
      goal: '150 ms, with what it is',
    },
    { name: 'host: 12 charts, 1 h', path: (uid) => charts(twelve, uid, '1h'), hosts, goal: 'none by itself' },
    {
      name: `a counter, ${days} days`,
      path: (uid) => charts('m=system.network.io', uid, `${days}d`),
      hosts: ofDays,
      goal: '150 ms',
    },
    {
      name: `a gauge, ${days} days`,
      path: (uid) => charts('m=system.cpu.utilization', uid, `${days}d`),
      hosts: ofDays,
      goal: '150 ms',
    },
  ]
}

function charts(which: string, uid: string, back: string): string {
  return `/api/charts?${which}&host=${uid}&from=now-${back}&points=240`
}

async function measure(
  dashboard: DashboardUnderTest,
  { name, path, hosts, goal }: Asked,
  { uids }: SeededFleet,
  repeats: number,
): Promise<Measured> {
  const ask = async (at: number): Promise<Figures> => {
    const before = await dashboard.taken()
    // Steps that visit hosts far from each other.
    const { ms, bytes, wireBytes, text } = await dashboard.ask(path(uids[(at * 7 + 3) % hosts] ?? ''))
    if (!/\d\.\d/.test(text)) throw new Error(`${name}: no number stands in the answer: ${text.slice(0, 300)}`)
    const after = await dashboard.taken()
    return {
      p50Ms: rounded(ms),
      serverCpuMs: rounded(after.cpuMs - before.cpuMs),
      kilobytes: rounded(bytes / 1000),
      compressedKilobytes: rounded(wireBytes / 1000),
    }
  }
  const first = await ask(0)
  for (let each = 0; each < warmUps; each++) await ask(repeats + 1 + each)
  const runs: Figures[] = []
  for (let each = 1; each <= repeats; each++) runs.push(await ask(each))
  return { ...measured(name, runs), remark: `goal: ${goal}; the first answer took ${first['p50Ms']} ms` }
}

function tell(text: string): void {
  process.stderr.write(`  ${text}\n`)
}
