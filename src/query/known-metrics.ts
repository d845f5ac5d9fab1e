import type { Attributes, Kind } from '../metric/sample.ts'
import type { MetricStore } from '../store/store.ts'
import { inChunks } from '../store/insert-missing.ts'
import { checkCount, limits } from './limits.ts'
import { attributeText, parseAttributes, parseKind, unknownMetric } from './series.ts'

/** A metric with its words and those of its series that were asked for. */
export interface DescribedMetric {
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  readonly description: string | null
  readonly series: ReadonlyMap<number, Attributes>
}

/**
 * The metrics of these names, in this order, with the series that have all of the attributes (compared as text); two
 * queries, however many there are. Where a name was stored with more than one unit or kind, the newest definition is meant.
 * Throws UnknownNameError, and LimitError where a metric has more series than a question may look at.
 */
export async function findMetrics(
  store: MetricStore,
  names: readonly string[],
  attributes: Readonly<Record<string, string>>,
): Promise<readonly DescribedMetric[]> {
  const { codec, database } = store
  if (names.length === 0) return []
  const rows = await database
    .selectFrom('metric')
    .select(['metric_id', 'name', 'unit', 'kind', 'description'])
    .where('name', 'in', names)
    .orderBy('metric_id')
    .execute()
  const newest = new Map(rows.map((row) => [row.name, row]))
  const wanted = Object.entries(attributes)
  const most = wanted.length === 0 ? limits.series : 10 * limits.series
  const series = new Map<number, Map<number, Attributes>>()
  for (const chunk of inChunks([...newest.values()])) {
    const found = await database
      .selectFrom('series')
      .select(['series_id', 'metric_id', 'attributes'])
      .where(
        'metric_id',
        'in',
        chunk.map((each) => each.metric_id),
      )
      .orderBy('series_id')
      .limit(most + 1)
      .execute()
    const nextStep = 'narrow it to series with one attribute: attr=KEY=VALUE'
    checkCount(`series of ${chunk.map(({ name }) => name).join(', ')}`, found.length, most, nextStep)
    for (const row of found) {
      const known = parseAttributes(codec.jsonValue(row.attributes))
      if (!wanted.every(([key, value]) => key in known && attributeText(known[key]) === value)) continue
      const ofMetric = series.get(row.metric_id) ?? new Map<number, Attributes>()
      series.set(row.metric_id, ofMetric.set(row.series_id, known))
    }
  }
  const metrics: DescribedMetric[] = []
  for (const name of new Set(names)) {
    const row = newest.get(name)
    if (row === undefined) throw await unknownMetric(store, name)
    const { unit, description } = row
    metrics.push({
      name,
      unit,
      kind: parseKind(row.kind),
      description,
      series: series.get(row.metric_id) ?? new Map<number, Attributes>(),
    })
  }
  return metrics
}

/** Those of the names that the database has, by name: one that nobody sends yet is no fault. */
export async function findKnownMetrics(
  store: MetricStore,
  names: readonly string[],
): Promise<ReadonlyMap<string, DescribedMetric>> {
  if (names.length === 0) return new Map()
  const rows = await store.database.selectFrom('metric').select('name').distinct().where('name', 'in', names).execute()
  const metrics = await findMetrics(
    store,
    rows.map(({ name }) => name),
    {},
  )
  return new Map(metrics.map((metric) => [metric.name, metric]))
}
