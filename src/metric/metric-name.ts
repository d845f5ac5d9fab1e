import { ConfigurationError } from '../runtime/errors.ts'

const pattern = /^[A-Za-z][A-Za-z0-9_.\-/]{0,254}$/

/**
 * The name of a metric, checked: a letter, then letters, digits and `. _ - /`, at most 255.
 * Throws ConfigurationError saying what to write. Source: OpenTelemetry API, "Instrument name syntax".
 */
export function parseMetricName(name: unknown): string {
  if (typeof name === 'string' && pattern.test(name)) return name
  throw new ConfigurationError(`${JSON.stringify(name) ?? typeof name} is no name of a metric`, {
    nextStep: "begin with a letter and go on with letters, digits, '.', '_', '-' or '/': mail.queue",
  })
}
