import * as z from './zod.ts'
import type { Metric } from '../metric/metric.ts'

/** Metrics and groups of them, flattened; what is no metric and a name that is there twice are faults. */
export function metricsField(): z.ZodType<readonly Metric[], readonly (Metric | readonly Metric[])[]> {
  const given = z.custom<Metric | readonly Metric[]>(() => true)
  return z.array(given).transform((entries, context) => {
    const firstAt = new Map<string, string>()
    return entries.flatMap((entry, index) => {
      const metrics: readonly unknown[] = Array.isArray(entry) ? entry : [entry]
      return metrics.flatMap((metric) => {
        const path = [index]
        if (!isMetric(metric)) {
          context.addIssue({
            code: 'custom',
            path,
            message: `${nameOf(metric)} is no metric`,
            params: { nextStep: "Write host(), or gauge('name', () => value), counter, timer or histogram." },
          })
          return []
        }
        const before = firstAt.get(metric.name)
        firstAt.set(metric.name, before ?? metric.definedAt ?? `metrics[${index}]`)
        if (before === undefined) return [metric]
        context.addIssue({
          code: 'custom',
          path,
          message: `'${metric.name}' is there twice, first at ${before}`,
          params: { nextStep: 'Give one of them another name, or remove it.', definedAt: metric.definedAt },
        })
        return []
      })
    })
  })
}

function isMetric(value: unknown): value is Metric {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'read' in value &&
    typeof value.read === 'function'
  )
}

/** What a person calls the value they wrote. */
function nameOf(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name === '' ? '' : `${value.name} `}itself`
  if (value instanceof Promise) return 'a promise'
  return typeof value === 'object' && value !== null ? 'this object' : (JSON.stringify(value) ?? String(value))
}
