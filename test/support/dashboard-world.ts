import { join } from 'node:path'
import { Access, type AccessRules } from '../../src/dashboard/access.ts'
import { dashboardApp } from '../../src/dashboard/app.ts'
import type { DashboardApp, DashboardOptions } from '../../src/dashboard/dashboard-options.ts'
import type { HostRules } from '../../src/dashboard/host-guard.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { IngestWorld, restlessClock, testDays } from './ingest-world.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What a test may want otherwise. */
export interface DashboardWorldOptions {
  readonly access?: Partial<AccessRules>
  readonly hosts?: Partial<HostRules>
  readonly clock?: Clock
  readonly options?: Partial<DashboardOptions>
}

/** A dashboard over a database of its own. */
export interface DashboardWorld extends AsyncDisposable {
  readonly app: DashboardApp
  readonly store: MetricStore
  readonly world: IngestWorld
  /** Where the built page would be. */
  readonly pageFolder: string
}

/** Asks over this store, by the clock of the store's tests. */
export async function dashboardOver(store: MetricStore, given: DashboardWorldOptions = {}): Promise<DashboardApp> {
  const clock = given.clock ?? restlessClock()
  const access = await Access.create(
    { trustedProxies: ['127.0.0.1'], isSecure: false, ...given.access },
    { clock, random: systemRandom },
  )
  const options: DashboardOptions = {
    store,
    clock,
    emit: ignoreEvents,
    pins: [],
    thresholds: [],
    pageFolder: '/nowhere',
    base: '',
    askWay: async () => ({}),
    ...given.options,
  }
  const hosts = { listen: '127.0.0.1', isLoopback: true, allowedHosts: [], ...given.hosts }
  return dashboardApp(options, { hosts, access })
}

/** The same over a new SQLite file. */
export async function dashboardWorld(given: DashboardWorldOptions = {}): Promise<DashboardWorld> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryFolder('dashboard'))
  const store = opened.use(await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false }))
  await migrate(store, testDays, ignoreEvents)
  const pageFolder = join(folder.path, 'page')
  const app = await dashboardOver(store, { ...given, options: { pageFolder, ...given.options } })
  const owned = opened.move()
  return {
    app,
    store,
    pageFolder,
    world: new IngestWorld(store, given.clock === undefined ? {} : { clock: given.clock }),
    [Symbol.asyncDispose]: async () => owned[Symbol.asyncDispose](),
  }
}

/** What an address answers, as the contract says it. */
export async function answerOf<Answer>(asked: Response | Promise<Response>): Promise<Answer> {
  // The caller names the type that the contract has for this address; what the test expects of it is the check.
  return (await (await asked).json()) as Answer
}
