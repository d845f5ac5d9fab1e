import { UnknownNameError } from './asked-errors.ts'
import type { Attributes, AttributeValue, Kind } from '../metric/sample.ts'
import { nearest } from '../runtime/nearest.ts'
import type { MetricStore } from '../store/store.ts'

/** One metric and those of its series that were asked for. */
export interface KnownMetric {
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  readonly series: ReadonlyMap<number, Attributes>
}

/**
 * The metric of that name with the series whose attributes have all of the given values (compared as text). Where a name
 * was stored with more than one unit or kind, the newest definition is the one that is meant. Throws UsageError with the
 * nearest names when there is none.
 */
export async function findMetric(
  store: MetricStore,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<KnownMetric> {
  const metric = await store.database
    .selectFrom('metric')
    .select(['metric_id', 'name', 'unit', 'kind'])
    .where('name', '=', name)
    .orderBy('metric_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (metric === undefined) throw await unknownMetric(store, name)
  const rows = await store.database
    .selectFrom('series')
    .select(['series_id', 'attributes'])
    .where('metric_id', '=', metric.metric_id)
    .orderBy('series_id')
    .execute()
  const series = new Map<number, Attributes>()
  for (const row of rows) {
    const known = parseAttributes(store.codec.jsonValue(row.attributes))
    if (Object.entries(attributes).every(([key, value]) => key in known && attributeText(known[key]) === value)) {
      series.set(row.series_id, known)
    }
  }
  return { name: metric.name, unit: metric.unit, kind: parseKind(metric.kind), series }
}

/** Says that there is no such metric, and which may have been meant. */
export async function unknownMetric(store: MetricStore, name: string): Promise<UnknownNameError> {
  const known = await store.database.selectFrom('metric').select('name').distinct().orderBy('name').execute()
  const near = nearest(
    name,
    known.map((row) => row.name),
  )
  const nextStep =
    known.length === 0
      ? 'the database has no metrics yet: start `hostvitals up`, or `produce` and `consume`'
      : near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `known are ${known
            .slice(0, 8)
            .map((row) => row.name)
            .join(', ')}${known.length > 8 ? ' …' : ''}`
  return new UnknownNameError(`no metric is called '${name}'`, { nextStep, nearest: near })
}

/** Numbers and booleans compare by how a person types them. */
export function attributeText(value: AttributeValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A check of the table holds it to these. */
export function parseKind(text: string): Kind {
  return text === 'counter' || text === 'updowncounter' || text === 'histogram' ? text : 'gauge'
}

/** Attributes as stored, in the form that they are asked for. */
export function parseAttributes(value: unknown): Attributes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, parseAttribute(item)]))
}

function parseAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(parseAttribute)
  return value === null || value === undefined ? null : parseAttributes(value)
}
