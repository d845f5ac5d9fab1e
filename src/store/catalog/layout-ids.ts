import type { Series } from '../../metric/sample.ts'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import type { Layout } from '../../wire/decoded-record.ts'
import type { IdSource } from './id-cache.ts'
import { inChunks, insertMissing } from '../insert-missing.ts'
import type { MetricStore } from '../store.ts'

/** Ids of series, and how many connections to the database had ended when the oldest of them was read. */
export interface SeriesIds {
  readonly ids: readonly number[]
  readonly connectionsLost: number
}

/**
 * Ids of layouts. A layout and the series at its positions are inserted together, so nobody sees one without the other; never
 * of ids that may be of an older state of the database: a layout is believed for ever after.
 */
export function layoutSource(
  store: MetricStore,
  seriesIds: (series: readonly Series[]) => Promise<SeriesIds>,
): IdSource<Layout> {
  const { codec, database, traits } = store

  async function read(layouts: readonly Layout[], from = database): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>()
    for (const chunk of inChunks(layouts)) {
      const hashes = chunk.map(({ hash }) => codec.bytes(Buffer.from(hash, 'hex')))
      const rows = await from.selectFrom('layout').select(['hash', 'layout_id']).where('hash', 'in', hashes).execute()
      for (const row of rows) found.set(Buffer.from(codec.bytesValue(row.hash)).toString('hex'), row.layout_id)
    }
    return found
  }

  return {
    keyOf: ({ hash }) => hash,
    read,
    insert: async (layouts) => {
      const { ids, connectionsLost } = await seriesIds(layouts.flatMap(({ series }) => series))
      await store.transaction(async ({ sql }) => {
        let first = 0
        for (const layout of layouts) {
          const row = { hash: codec.bytes(Buffer.from(layout.hash, 'hex')), size: layout.series.length }
          await insertMissing(sql.insertInto('layout').values(row), traits, 'size')
          const layoutId = (await read([layout], sql)).get(layout.hash)
          if (layoutId === undefined) throw new StoreUnavailableError('a layout was inserted and cannot be read back')
          const own = ids.slice(first, (first += layout.series.length))
          const positions = own.map((seriesId, index) => ({
            series_id: seriesId,
            layout_id: layoutId,
            position: index + 1,
          }))
          for (const chunk of inChunks(positions)) {
            await insertMissing(sql.insertInto('layout_series').values(chunk), traits, 'position')
          }
        }
        // As late as can be: what ends from here on takes the transaction with it.
        if (store.connectionsLost !== connectionsLost)
          throw new StoreUnavailableError(`${store.label}: a connection ended while a layout was made`)
      })
    },
  }
}
