import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { Threshold } from '../query/event/levels.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Emit } from '../runtime/events.ts'
import type { AskedStore } from '../query/asked-store.ts'
import type { LateWatch } from './late-watch.ts'
import type { LiveFeed } from './live-feed.ts'
import type { AskWay, WayWatch } from './way-watch.ts'

/** What the pages are made from. */
export interface DashboardOptions {
  /** Only read. */
  readonly store: AskedStore
  readonly clock: Clock
  readonly emit: Emit
  readonly pins: readonly string[]
  readonly thresholds: readonly Threshold[]
  /** The folder of the built page: `index.html` and `assets/`. */
  readonly pageFolder: string
  /** Where the page lies below a proxy: empty, or such as `/vitals`. */
  readonly base: string
  /** What the program knows of spool and Kafka. */
  readonly askWay: AskWay
}

/** The same with what all routes share. */
export interface DashboardInside extends DashboardOptions {
  readonly late: LateWatch
  readonly way: WayWatch
  readonly live: LiveFeed
}

/** What a request has beside itself; absent where there is no socket, as in tests. */
export interface DashboardEnv {
  readonly Bindings: Partial<HttpBindings>
}

/** The application that routes are added to. */
export type DashboardApp = Hono<DashboardEnv>

/** One request. */
export type DashboardContext = Context<DashboardEnv>
