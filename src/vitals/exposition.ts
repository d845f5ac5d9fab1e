import { borders } from './distribution.ts'
import type { Vital } from './vital-table.ts'
import type { Vitals } from './vitals.ts'

/** The content type of `exposition`. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Facts about the process that are no vitals. */
export interface ProcessFacts {
  readonly role: string
  readonly version: string
}

const words: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' }

/**
 * A vital's name for Prometheus: `hostvitals.spool.oldest_age` in seconds is `hostvitals_spool_oldest_age_seconds`. A unit
 * that the name ends with already is not said twice; a counter ends in `_total`.
 */
export function prometheusName({ name, unit, kind }: Pick<Vital, 'name' | 'unit' | 'kind'>): string {
  const plain = name.replaceAll(/[^a-zA-Z0-9_]/g, '_')
  const word = words[unit] ?? ''
  return `${plain}${plain.endsWith(word) ? '' : word}${kind === 'counter' ? '_total' : ''}`
}

/** All vitals of a role as Prometheus text 0.0.4. Source: prometheus.io, "Exposition formats". */
export async function exposition(vitals: Vitals, facts: ProcessFacts, nowMs: number): Promise<string> {
  const gauges = await vitals.gauges(nowMs)
  const families = vitals.rows.map((row) => {
    const name = prometheusName(row)
    const head = headOf(name, row.kind, row.description)
    if (row.kind === 'counter') return `${head}${lineOf(name, {}, vitals.total(row.name))}`
    if (row.kind === 'gauge') {
      const values = gauges.get(row.name) ?? []
      return head + values.map(({ value, attributes }) => lineOf(name, attributes, value)).join('')
    }
    const total = vitals.distribution(row.name)?.total ?? { count: 0, sum: 0, cumulative: [] }
    const buckets = borders.map((border, at) => lineOf(`${name}_bucket`, { le: border }, total.cumulative[at] ?? 0))
    const last = lineOf(`${name}_bucket`, { le: '+Inf' }, total.count)
    return `${head}${buckets.join('')}${last}${lineOf(`${name}_sum`, {}, total.sum)}${lineOf(`${name}_count`, {}, total.count)}`
  })
  const info =
    headOf('hostvitals_build_info', 'gauge', 'What runs, always 1') + lineOf('hostvitals_build_info', { ...facts }, 1)
  const started =
    headOf('hostvitals_start_time_seconds', 'gauge', 'When the process began to count, Unix time') +
    lineOf('hostvitals_start_time_seconds', {}, vitals.startedAtMs / 1000)
  return [info, started, ...families].join('')
}

function headOf(name: string, kind: Vital['kind'], description: string): string {
  return `# HELP ${name} ${description.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${kind}\n`
}

function lineOf(name: string, labels: Readonly<Record<string, string | number>>, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(String(text))}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
