import { resolve } from 'node:path'
import * as z from './zod.ts'
import type { Metric } from '../metric/metric.ts'
import { durationField, key, nameField, percentField, sizeField } from './fields.ts'
import { healthField, type HealthConfig, type HealthInput } from './health-config.ts'
import { type HostConfig, hostSchema, type ProducerHostInput } from './host-config.ts'
import { type LogLevel, logLevelField } from './log-level.ts'
import { metricsField } from './metrics-field.ts'
import type { Place } from './place.ts'
import { present } from './present.ts'

/** What an agent measures and how it keeps it, as checked and completed. */
export interface ProducerConfig {
  readonly intervalMs: number
  readonly host: HostConfig
  readonly spool: { readonly maxBytes: number; readonly keepFreeRatio: number }
  /** Series of all metrics together. */
  readonly seriesLimit: number
  /** Groups flattened, in the order written. */
  readonly metrics: readonly Metric[]
  readonly stateFolder?: string
  /** Absent: nothing listens. */
  readonly health?: HealthConfig
  readonly logLevel: LogLevel
}

/** What `defineProducer` takes. */
export interface ProducerInput {
  /** Time between two rounds, `100ms` or longer. */
  readonly interval?: string | undefined
  /** Who this host is. */
  readonly host?: ProducerHostInput | undefined
  /** The queue on disk that outlives outages; when it is full, the oldest records are dropped and noted. */
  readonly spool?: ProducerSpoolInput | undefined
  /** How many series there may be, over all metrics; further ones share one for each metric, with `otel.metric.overflow=true`. */
  readonly seriesLimit?: number | undefined
  /** What is measured: `host()`, `gauge`, `counter`, `timer`, `histogram`. */
  readonly metrics: readonly (Metric | readonly Metric[])[]
  /** Where identity and queue are kept; by default `$STATE_DIRECTORY`, else `/var/lib/hostvitals` as root, else `~/.local/state/hostvitals`. */
  readonly stateFolder?: string | undefined
  /** Answers `/healthz`, `/readyz` and `/metrics` (Prometheus) on a port of this machine only; without it nothing listens. `--health-port` does the same. */
  readonly health?: HealthInput | undefined
  /** How much is logged. */
  readonly logLevel?: LogLevel | undefined
}

/** `spool` of `defineProducer`. */
export interface ProducerSpoolInput {
  /** The most it takes, `16MiB` or more. */
  readonly size?: string | undefined
  /** How much of the disk it leaves to others. */
  readonly keepFree?: string | undefined
}

/** The check of `producer.config.ts`. */
export function producerSchema(place: Place): z.ZodType<ProducerConfig, ProducerInput> {
  return z
    .strictObject({
      interval: key(durationField(100).prefault('10s'), {
        type: 'duration',
        sentence: 'Time between two rounds, `100ms` or longer.',
        example: "'10s'",
      }),
      host: key(hostSchema().prefault({}), {
        type: 'object',
        sentence: 'Who this host is.',
        example: "{ labels: { site: 'berlin' } }",
      }),
      spool: key(spoolSchema().prefault({}), {
        type: 'object',
        sentence: 'The queue on disk that outlives outages; when it is full, the oldest records are dropped and noted.',
        example: "{ size: '1GiB', keepFree: '5%' }",
      }),
      seriesLimit: key(z.number().int().min(1).max(1_000_000).prefault(20_000), {
        type: 'whole number',
        sentence:
          'How many series there may be, over all metrics; further ones share one for each metric, with `otel.metric.overflow=true`.',
        example: '20_000',
      }),
      metrics: key(metricsField(), {
        type: 'list of metrics',
        sentence: 'What is measured: `host()`, `gauge`, `counter`, `timer`, `histogram`.',
        example: "[host(), gauge('cpu.percent', cpuPercent)]",
      }),
      stateFolder: key(
        nameField()
          .transform((given) => resolve(place.folder, given))
          .optional(),
        {
          type: 'folder',
          sentence:
            'Where identity and queue are kept; by default `$STATE_DIRECTORY`, else `/var/lib/hostvitals` as root, else `~/.local/state/hostvitals`.',
          example: "'/var/lib/hostvitals'",
        },
      ),
      health: healthField(),
      logLevel: logLevelField(),
    })
    .transform(({ interval, ...rest }) => ({ intervalMs: interval, ...present(rest) }))
}

function spoolSchema(): z.ZodType<ProducerConfig['spool'], ProducerSpoolInput> {
  return z
    .strictObject({
      size: key(sizeField(16 * 2 ** 20).prefault('1GiB'), {
        type: 'size',
        sentence: 'The most it takes, `16MiB` or more.',
        example: "'1GiB'",
      }),
      keepFree: key(percentField().prefault('5%'), {
        type: 'percentage',
        sentence: 'How much of the disk it leaves to others.',
        example: "'5%'",
      }),
    })
    .transform(({ size, keepFree }) => ({ maxBytes: size, keepFreeRatio: keepFree }))
}
