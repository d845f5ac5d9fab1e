import { expect, it } from 'vitest'
import {
  DuplicateRowError,
  StoreBadValueError,
  StoreConfigurationError,
  StoreUnavailableError,
} from '../../src/runtime/errors.ts'
import type { ScrapeRow } from '../../src/store/store.ts'
import { batchAt, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { changedStore, changedTransaction } from '../support/changed-store.ts'
import { inWorld, IngestWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

/** What happens when the database is away, loses its answer, refuses a value or a right, or goes back in time. */
export function describeTrouble(harness: StoreHarness): void {
  const agent = new TestAgent()

  it('tries until the database is back, and tells it once', async () =>
    inWorld(harness, async ({ store }) => {
      let failures = 5
      const world = new IngestWorld(
        changedStore(store, {
          transaction: async (work) => {
            if (failures-- > 0) throw new StoreUnavailableError('the server is shutting down')
            return store.transaction(work)
          },
        }),
      )
      expect(await world.takeAt(0n, agent.record(1))).toMatchObject({ records: 1, duplicates: 0 })
      expect(world.told('store.failing')).toHaveLength(1)
      expect(world.told('store.recovered')).toHaveLength(1)
    }))

  it.each([
    ['was done', true, true],
    ['was not done', false, true],
    ['was done, without a position', true, false],
  ])('finds out what became of a commit whose answer was lost: it %s', async (_name, isDone, hasPosition) =>
    inWorld(harness, async ({ store }) => {
      const answers = [true, false]
      const world = new IngestWorld(
        changedStore(store, {
          transaction: async (work) => {
            let isIngest = false
            const lost = new StoreUnavailableError('the connection was lost')
            const result = await store.transaction(async (transaction) => {
              const inserts = async (rows: readonly ScrapeRow[]): Promise<void> => {
                isIngest = true
                return transaction.insertScrapes(rows)
              }
              const own = await work(changedTransaction(transaction, { insertScrapes: inserts }))
              if (isIngest && !isDone && answers.shift() === true) throw lost
              return own
            })
            if (isIngest && isDone && answers.shift() === true) throw lost
            return result
          },
        }),
      )
      const batch = batchAt(0n, [agent.record(1), agent.record(3)])
      const outcome = await world.take(hasPosition ? batch : { records: batch.records })
      expect(outcome).toMatchObject(hasPosition ? { records: 2, duplicates: 0 } : { records: 0, duplicates: 2 })
      expect(await world.values()).toEqual([1, 3])
      expect(await world.gaps()).toEqual(['2-2 open'])
      expect(await world.positions()).toEqual(hasPosition ? [2n] : [])
    }),
  )

  it.each([
    ['them and the transaction of the batch', 2],
    ['those of series and the layout that is made of them', 1],
  ])('asks for all ids anew when a connection ended between %s', async (_name, restoredAt) =>
    inWorld(harness, async ({ store }) => {
      let [transactions, connectionsLost] = [0, 0]
      const changed = changedStore(store, {
        transaction: async (work) => {
          if (++transactions === restoredAt) {
            // An older state took the place of the one that the ids are of: there they are other ones' or nobody's.
            connectionsLost++
            for (const table of ['agent_run', 'host'] as const) await store.database.deleteFrom(table).execute()
            await store.database.updateTable('metric').set({ name: 'other' }).execute()
            await store.database.deleteFrom('layout_series').execute()
            await store.database.deleteFrom('layout').execute()
          }
          return store.transaction(work)
        },
      })
      const world = new IngestWorld(Object.defineProperty(changed, 'connectionsLost', { get: () => connectionsLost }))
      expect(await world.takeAt(0n, agent.record(1))).toMatchObject({ records: 1, deadLetters: 0 })
      const samples = await store.database.selectFrom('sample').select(['metric', 'value']).execute()
      expect(samples).toEqual([{ metric: 'load', value: 1 }])
      expect(await world.highSeqs()).toEqual([1])
    }),
  )

  it.each([[true], [false]])(
    'sets aside the one record whose value the database refuses (position: %s)',
    async (hasPosition) =>
      inWorld(harness, async ({ store }) => {
        const world = new IngestWorld(
          changedStore(store, {
            transaction: async (work) =>
              store.transaction(async (transaction) =>
                work(
                  changedTransaction(transaction, {
                    insertScrapes: async (rows) => {
                      if (rows.some(({ seq }) => seq === 4)) throw new StoreBadValueError('value out of range')
                      return transaction.insertScrapes(rows)
                    },
                  }),
                ),
              ),
          }),
        )
        const batch = batchAt(
          0n,
          [1, 2, 3, 4, 5, 6, 7].map((seq) => agent.record(seq)),
        )
        expect(await world.take(hasPosition ? batch : { records: batch.records })).toMatchObject({
          records: 6,
          deadLetters: 1,
        })
        expect(await world.deadLetters()).toEqual(['bad-value'])
        expect(await world.values()).toEqual([1, 2, 3, 5, 6, 7])
        expect(await world.gaps()).toEqual([])
        expect(await world.positions()).toEqual(hasPosition ? [7n] : [])
      }),
  )

  it('looks again when another consumer stores the same rows between its look and its insert', async () =>
    inWorld(harness, async ({ store }) => {
      let duplicates = 2
      const world = new IngestWorld(
        changedStore(store, {
          transaction: async (work) =>
            store.transaction(async (transaction) =>
              work(
                changedTransaction(transaction, {
                  insertScrapes: async (rows) => {
                    if (duplicates-- > 0) throw new DuplicateRowError('duplicate key')
                    return transaction.insertScrapes(rows)
                  },
                }),
              ),
            ),
        }),
      )
      expect(await world.takeAt(0n, agent.record(1))).toMatchObject({ records: 1, duplicates: 0 })
      expect(await world.values()).toEqual([1])
    }))

  it('stores no host under another when one cannot be read back', async () =>
    inWorld(harness, async ({ store }) => {
      let hides = 1
      const database = store.database.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          const rows = result.rows.filter(({ name }) => name !== 'web-1')
          return rows.length < result.rows.length && hides-- > 0 ? { ...result, rows } : result
        },
      })
      const world = new IngestWorld(changedStore(store, { database }))
      const other = new TestAgent({ agentUid: 'b0000000-0000-4000-8000-000000000002', name: 'web-2' })
      expect(await world.takeAt(0n, agent.record(1), other.record(2))).toMatchObject({ records: 2, gaps: 1 })
      const rows = await store.database.selectFrom('sample').select(['host', 'value']).orderBy('value').execute()
      expect(rows).toEqual([
        { host: 'web-1', value: 1 },
        { host: 'web-2', value: 2 },
      ])
      expect(world.told('store.failing')).toHaveLength(1)
    }))

  it('stops when a person must act, and moves nothing', async () =>
    inWorld(harness, async ({ store }) => {
      const world = new IngestWorld(
        changedStore(store, {
          transaction: async () => {
            throw new StoreConfigurationError('permission denied for table scrape')
          },
        }),
      )
      const taken = world.takeAt(0n, agent.record(1, undefined, []))
      await expect(taken).rejects.toThrow('permission denied')
      expect(await world.positions()).toEqual([])
    }))

  it('stops waiting when it is told to', async () =>
    inWorld(harness, async ({ store }) => {
      const stop = new AbortController()
      const world = new IngestWorld(
        changedStore(store, {
          transaction: async () => {
            stop.abort(new Error('stopped'))
            throw new StoreUnavailableError('away')
          },
        }),
      )
      await expect(world.ingest.ingest(batchAt(0n, [agent.record(1)]), stop.signal)).rejects.toThrow('stopped')
    }))

  it('forgets ids when the database went back in time, where they mean other series', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, agent.record(1), agent.record(2))
      await world.goBack()
      // Another consumer then gave the ids to others.
      const other = new IngestWorld(world.store)
      const samples = [gaugeOf('other', 70)]
      await other.takeRecords(agent.record(1, undefined, samples), agent.record(2, undefined, [gaugeOf('third', 80)]))
      await world.store.database.deleteFrom('scrape').execute()
      expect(await world.takeAt(2n, agent.record(3))).toMatchObject({ outcome: 'stale' })
      await world.takeAt(0n, agent.record(1), agent.record(2), agent.record(3))
      const rows = await world.store.database
        .selectFrom('sample')
        .select(['metric', 'value'])
        .orderBy('value')
        .execute()
      expect(rows).toEqual([1, 2, 3].map((value) => ({ metric: 'load', value })))
    }))

  it(
    'lets twenty consumers begin with the same new hosts and series at once',
    async () =>
      inWorld(harness, async (_world, open) => {
        const stores = await Promise.all(Array.from({ length: 20 }, async () => open()))
        const agents = [1, 2, 3, 4, 5].map(
          (id) => new TestAgent({ agentUid: `c0000000-0000-4000-8000-00000000000${id}` }),
        )
        const worlds = stores.map((store) => new IngestWorld(store))
        await Promise.all(
          worlds.map(async (world, index) => {
            const own = index % 2 === 0 ? agents : agents.toReversed()
            const samples = [gaugeOf('load', 1), gaugeOf('busy', 2), gaugeOf(`own.${index}`, 3)]
            return world.takeRecords(...own.map((each) => each.record(index + 1, undefined, samples)))
          }),
        )
        const [first] = worlds
        expect(await first?.values()).toHaveLength(20 * 5 * 3)
        expect(await first?.gaps()).toEqual([])
        expect(await first?.deadLetters()).toEqual([])
        await Promise.all(stores.map(async (store) => store[Symbol.asyncDispose]()))
      }),
    60_000,
  )
}
