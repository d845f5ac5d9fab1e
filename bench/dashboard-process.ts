// The dashboard of `npm run bench -- dashboard`, in a process of its own: the real server over the real store, by a clock that
// stands at the end of what was seeded, so that all hosts are up however long ago that was.
import { defaultConsumer } from '../src/config/defaults.ts'
import { openDashboard } from '../src/cli/dashboard.ts'
import { systemClock } from '../src/runtime/clock.ts'
import type { Emit } from '../src/runtime/events.ts'
import { nodeDisk } from '../src/runtime/node-disk.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { openStore } from '../src/store/open-store.ts'
import type { StoreLocation } from '../src/store/store-location.ts'

/** What the parent asks for, as the one argument, JSON. */
export interface DashboardTask {
  readonly location: StoreLocation
  readonly nowMs: number
}

/** What it says to its parent: first where it listens; and, asked by any message, what it has taken. */
export type DashboardNews = { readonly url: string } | { readonly cpuMs: number; readonly peakRssMb: number }

const tellFaults: Emit = (name, ...facts) => {
  if (name === 'dashboard.failed') process.stderr.write(`${JSON.stringify(facts)}\n`)
}

if (import.meta.main) {
  // Written by `dashboard-under-test.ts` in this folder.
  const { location, nowMs } = JSON.parse(process.argv[2] ?? '') as DashboardTask
  const clock = { ...systemClock, now: () => nowMs }
  await using store = await openStore(location, { durable: false, isReader: true })
  const { dashboard: config } = await defaultConsumer('/')
  await using server = await openDashboard(
    { config, store, port: 0, orNext: 0, askWay: async () => ({}) },
    { clock, disk: nodeDisk, random: systemRandom, emit: tellFaults },
  )
  const tell = (news: DashboardNews): void => void process.send?.(news)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    tell({ cpuMs: (user + system) / 1000, peakRssMb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6) })
  })
  tell({ url: server.url })
  await new Promise((resolve) => process.once('disconnect', resolve))
}
