import type { LogLevel } from './producer-config.ts'
import type { Secret } from './secret.ts'

/** Where metrics are kept and for how long, as checked and completed. */
export interface ConsumerConfig {
  readonly store: StoreConfig
  readonly group: string
  readonly migrate: 'auto' | 'check'
  readonly retention: { readonly rawMs: number; readonly tenMinutesMs: number; readonly hoursMs: number }
  readonly acceptForeign: boolean
  readonly maxBufferedBytes: number
  readonly dashboard: DashboardConfig
  readonly logLevel: LogLevel
}

/** Which database; `postgres({…})`, `mysql({…})` and `sqlite('…')` make it. MariaDB is `mysql`. */
export type StoreConfig =
  | { readonly kind: 'postgres' | 'mysql'; readonly url: Secret | string; readonly tlsCa?: string }
  | { readonly kind: 'sqlite'; readonly file: string }

/** What the dashboard shows first, and where it listens. */
export interface DashboardConfig {
  readonly listen: string
  readonly pins: readonly string[]
  readonly thresholds: readonly { readonly metric: string; readonly warn?: number; readonly critical?: number }[]
}
