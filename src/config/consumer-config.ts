import { type DashboardConfig, type DashboardInput, dashboardSchema } from './dashboard-config.ts'
import { durationField, key, nameField, sizeField } from './fields.ts'
import { healthField, type HealthConfig, type HealthInput } from './health-config.ts'
import { type LogLevel, logLevelField } from './log-level.ts'
import type { Place } from './place.ts'
import { present } from './present.ts'
import { storeSchema, type StoreConfig, type StoreInput } from './store-config.ts'
import * as z from './zod.ts'

export type { StoreConfig } from './store-config.ts'

/** Where metrics are kept and for how long, as checked and completed. */
export interface ConsumerConfig {
  readonly store: StoreConfig
  readonly group: string
  readonly migrate: 'auto' | 'check'
  readonly retention: { readonly rawMs: number; readonly tenMinutesMs: number; readonly hoursMs: number }
  readonly acceptForeign: boolean
  readonly maxBufferedBytes: number
  /** Stores the consumer's own vitals beside the hosts'. */
  readonly ownVitals: boolean
  readonly dashboard: DashboardConfig
  /** Absent: nothing listens. */
  readonly health?: HealthConfig
  readonly logLevel: LogLevel
}

/** What `defineConsumer` takes. */
export interface ConsumerInput {
  /** The database: `postgres({ url })`, `mysql({ url })` (MariaDB too) or `sqlite('metrics.db')`. */
  readonly store: StoreInput
  /** The consumer group; consumers of one group share the work. */
  readonly group?: string | undefined
  /** `'auto'` brings the schema up to date at start; `'check'` stops and says which command to run. */
  readonly migrate?: 'auto' | 'check' | undefined
  /** How long each tier is kept; none shorter than the one before. What is older is dropped, a day or a month at a time; what of a record is older than `raw` when it arrives is not stored. */
  readonly retention?: RetentionInput | undefined
  /** Keeps OTLP records of other agents; `false` makes them dead letters. */
  readonly acceptForeign?: boolean | undefined
  /** Most bytes held between fetching and storing, `1MiB` or more. */
  readonly maxBuffered?: string | undefined
  /** Stores the consumer's own rates, lag and latency every ten seconds, as a host of its own named `MACHINE (consumer)`. */
  readonly ownVitals?: boolean | undefined
  /** What the dashboard shows first, where it listens, and who may see it. */
  readonly dashboard?: DashboardInput | undefined
  /** Answers `/healthz`, `/readyz` and `/metrics` (Prometheus) on a port of this machine only; without it nothing listens. `--health-port` does the same. */
  readonly health?: HealthInput | undefined
  /** How much is logged. */
  readonly logLevel?: LogLevel | undefined
}

/** `retention` of `defineConsumer`. */
export interface RetentionInput {
  /** Every reading as it came, `1d` or longer. */
  readonly raw?: string | undefined
  /** One value for ten minutes. */
  readonly tenMinutes?: string | undefined
  /** One value for an hour. */
  readonly hours?: string | undefined
}

/** The check of `consumer.config.ts`. */
export function consumerSchema(place: Place): z.ZodType<ConsumerConfig, ConsumerInput> {
  return z
    .strictObject({
      store: key(storeSchema(place), {
        type: 'store',
        sentence: "The database: `postgres({ url })`, `mysql({ url })` (MariaDB too) or `sqlite('metrics.db')`.",
        example: "postgres({ url: secret('DATABASE_URL') })",
      }),
      group: key(nameField().prefault('hostvitals'), {
        type: 'text',
        sentence: 'The consumer group; consumers of one group share the work.',
        example: "'hostvitals'",
      }),
      migrate: key(z.enum(['auto', 'check']).prefault('auto'), {
        type: "'auto' or 'check'",
        sentence: "`'auto'` brings the schema up to date at start; `'check'` stops and says which command to run.",
        example: "'auto'",
      }),
      retention: key(retentionSchema().prefault({}), {
        type: 'object',
        sentence:
          'How long each tier is kept; none shorter than the one before. What is older is dropped, a day or a month at a time; what of a record is older than `raw` when it arrives is not stored.',
        example: "{ raw: '14d', tenMinutes: '90d', hours: '2y' }",
      }),
      acceptForeign: key(z.boolean().prefault(true), {
        type: 'true or false',
        sentence: 'Keeps OTLP records of other agents; `false` makes them dead letters.',
        example: 'true',
      }),
      maxBuffered: key(sizeField(2 ** 20).prefault('64MiB'), {
        type: 'size',
        sentence: 'Most bytes held between fetching and storing, `1MiB` or more.',
        example: "'64MiB'",
      }),
      ownVitals: key(z.boolean().prefault(true), {
        type: 'true or false',
        sentence:
          "Stores the consumer's own rates, lag and latency every ten seconds, as a host of its own named `MACHINE (consumer)`.",
        example: 'true',
      }),
      dashboard: key(dashboardSchema(place).prefault({}), {
        type: 'object',
        sentence: 'What the dashboard shows first, where it listens, and who may see it.',
        example: "{ pins: ['cpu.percent'] }",
      }),
      health: healthField(),
      logLevel: logLevelField(),
    })
    .transform(({ maxBuffered, ...rest }) => ({ ...present(rest), maxBufferedBytes: maxBuffered }))
}

function retentionSchema(): z.ZodType<ConsumerConfig['retention'], RetentionInput> {
  const day = 86_400_000
  return z
    .strictObject({
      raw: key(durationField(day).prefault('14d'), {
        type: 'duration',
        sentence: 'Every reading as it came, `1d` or longer.',
        example: "'14d'",
      }),
      tenMinutes: key(durationField(day).prefault('90d'), {
        type: 'duration',
        sentence: 'One value for ten minutes.',
        example: "'90d'",
      }),
      hours: key(durationField(day).prefault('2y'), {
        type: 'duration',
        sentence: 'One value for an hour.',
        example: "'2y'",
      }),
    })
    .refine(({ raw, tenMinutes }) => raw <= tenMinutes, {
      path: ['tenMinutes'],
      error: 'is shorter than raw: a coarse tier outlives the finer one',
    })
    .refine(({ tenMinutes, hours }) => tenMinutes <= hours, {
      path: ['hours'],
      error: 'is shorter than tenMinutes: a coarse tier outlives the finer one',
    })
    .transform(({ raw, tenMinutes, hours }) => ({ rawMs: raw, tenMinutesMs: tenMinutes, hoursMs: hours }))
}
