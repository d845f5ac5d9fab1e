import type { Series } from '../../metric/sample.ts'
import { attributesHash, canonicalAttributes } from '../../wire/series-key.ts'
import { IdCache, type IdSource } from './id-cache.ts'
import { entryAt } from '../index-aligned.ts'
import { inChunks, insertMissing } from '../insert-missing.ts'
import type { MetricStore } from '../store.ts'

interface SeriesOfMetric {
  readonly metricId: number
  readonly attributes: string
  readonly series: Series
}

/** Ids of series, and of the metrics that they belong to. */
export class SeriesCatalog {
  readonly #metrics: IdCache<Series>
  readonly #series: IdCache<SeriesOfMetric>

  constructor(store: MetricStore) {
    this.#metrics = new IdCache(metricSource(store))
    this.#series = new IdCache(seriesSource(store))
  }

  forget(): void {
    this.#metrics.forget()
    this.#series.forget()
  }

  /** Index by index. */
  async idsOf(series: readonly Series[]): Promise<readonly number[]> {
    if (series.length === 0) return []
    const metricIds = await this.#metrics.idsOf(series)
    return this.#series.idsOf(
      series.map((each, index) => ({
        metricId: entryAt(metricIds, index, 'a metric'),
        attributes: canonicalAttributes(each.attributes),
        series: each,
      })),
    )
  }
}

function metricSource({ database, traits }: MetricStore): IdSource<Series> {
  return {
    keyOf: metricKey,
    read: async (metrics) => {
      const found = new Map<string, number>()
      for (const chunk of inChunks(metrics)) {
        const names = chunk.map(({ name }) => name)
        const rows = await database
          .selectFrom('metric')
          .select(['name', 'unit', 'kind', 'metric_id'])
          .where('name', 'in', names)
          .execute()
        for (const row of rows) found.set(metricKey(row), row.metric_id)
      }
      return found
    },
    insert: async (metrics) => {
      for (const chunk of inChunks(metrics)) {
        const rows = chunk.map(({ name, unit, kind, description }) => ({
          name,
          unit,
          kind,
          description: description ?? null,
        }))
        await insertMissing(database.insertInto('metric').values(rows), traits, 'name')
      }
    },
  }
}

function seriesSource({ codec, database, traits }: MetricStore): IdSource<SeriesOfMetric> {
  return {
    // By the text and not by the hash: hashing is for what is new.
    keyOf: ({ metricId, attributes }) => `${metricId}/${attributes}`,
    read: async (series) => {
      const found = new Map<string, number>()
      for (const chunk of inChunks(series)) {
        const hashes = chunk.map((each) => attributesHash(each.series.attributes))
        const rows = await database
          .selectFrom('series')
          .select(['metric_id', 'attributes_hash', 'series_id'])
          .where('attributes_hash', 'in', hashes.map(codec.bytes))
          .where(
            'metric_id',
            'in',
            chunk.map(({ metricId }) => metricId),
          )
          .execute()
        const ids = new Map(
          rows.map((row) => [seriesKey(row.metric_id, codec.bytesValue(row.attributes_hash)), row.series_id]),
        )
        for (const [index, { metricId, attributes }] of chunk.entries()) {
          const id = ids.get(seriesKey(metricId, entryAt(hashes, index, 'a series')))
          if (id !== undefined) found.set(`${metricId}/${attributes}`, id)
        }
      }
      return found
    },
    insert: async (series) => {
      for (const chunk of inChunks(series)) {
        const rows = chunk.map((each) => ({
          metric_id: each.metricId,
          attributes: codec.json(each.series.attributes),
          attributes_hash: codec.bytes(attributesHash(each.series.attributes)),
        }))
        await insertMissing(database.insertInto('series').values(rows), traits, 'metric_id')
      }
    },
  }
}

function metricKey({
  name,
  unit,
  kind,
}: {
  readonly name: string
  readonly unit: string
  readonly kind: string
}): string {
  return JSON.stringify([name, unit, kind])
}

function seriesKey(metricId: number, hash: Uint8Array): string {
  return `${metricId}/${Buffer.from(hash).toString('hex')}`
}
