import { callSite } from '../runtime/call-site.ts'
import { parseDuration } from '../runtime/duration.ts'
import type { Metric, Read } from './metric.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { parseMetricName } from './metric-name.ts'
import { parseAttributes } from './parse-attributes.ts'
import type { Attributes, Kind, Sample, Series } from './sample.ts'

/** What may be said of a metric besides its name and function. */
export interface MetricOptions {
  /** UCUM as OpenTelemetry writes it: `By`, `s`, `1`, `{message}`. */
  readonly unit?: string
  readonly description?: string
  /** Attributes that every sample of this metric has. */
  readonly attributes?: Attributes
  /** `30s`; absent: the agent's interval. */
  readonly interval?: string
  /** `3s`; absent: the interval, at most ten seconds. */
  readonly timeout?: string
}

/** What gauge, counter, timer and histogram have in common. Throws ConfigurationError for a bad name or option. */
export interface MetricBase extends Omit<Metric, 'read'> {
  readonly series: Series
}

/** Checks name and options; `callee` is the public function, whose caller's line is remembered. */
export function metricBase(
  name: string,
  kind: Kind,
  options: MetricOptions,
  callee: (...given: never[]) => unknown,
): MetricBase {
  const definedAt = callSite(callee)
  const description = parseText(name, 'description', options.description)
  const series: Series = {
    name: parseMetricName(name),
    unit: parseText(name, 'unit', options.unit) ?? '',
    kind,
    attributes: options.attributes === undefined ? {} : parseAttributes(options.attributes),
    ...(description === undefined ? {} : { description }),
  }
  return {
    name: series.name,
    kind,
    unit: series.unit,
    series,
    ...(options.interval === undefined ? {} : { intervalMs: parseDuration(options.interval) }),
    ...(options.timeout === undefined ? {} : { timeoutMs: parseDuration(options.timeout) }),
    ...(definedAt === undefined ? {} : { definedAt }),
  }
}

/** The metric of a base and its reading. */
export function toMetric({ series: _series, ...base }: MetricBase, read: Read<readonly Sample[]>): Metric {
  return { ...base, read }
}

/** The same for an instrument inside an application. */
export function toInstrument(base: MetricBase, read: Read<readonly Sample[]>): Metric {
  return { ...toMetric(base, read), isInstrument: true }
}

function parseText(metric: string, option: 'unit' | 'description', given: unknown): string | undefined {
  if (given === undefined || typeof given === 'string') return given
  throw new ConfigurationError(
    `the ${option} of ${metric} is a ${given === null ? 'null' : typeof given}, not a text`,
    {
      nextStep: `write it in quotes, or leave ${option} out`,
    },
  )
}

/** A user's series with further attributes of one observation. */
export function withAttributes(series: Series, attributes: Attributes | undefined): Series {
  return attributes === undefined ? series : { ...series, attributes: { ...series.attributes, ...attributes } }
}
