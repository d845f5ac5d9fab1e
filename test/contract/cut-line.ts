import { expect, it } from 'vitest'
import { systemClock } from '../../src/runtime/clock.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumerNowMs, TestAgent } from '../support/arrived-records.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

/** A database server that is reached over a line which may be cut. */
export interface ServerHarness {
  /** The address of an empty database of its own, dropped at disposal. */
  readonly freshDatabase: () => Promise<AsyncDisposable & { readonly url: string }>
  readonly open: (url: string) => Promise<MetricStore>
}

/** With what the server needs to answer: two seconds of patience, two and a half of asking. */
const toldWithinMs = 5500

/** A network that is cut without a word: neither end hears of it. */
export function describeCutLine({ freshDatabase, open }: ServerHarness): void {
  const agent = new TestAgent()

  async function overLine(test: (store: MetricStore, proxy: TcpProxy, url: string) => Promise<void>): Promise<void> {
    await using database = await freshDatabase()
    await using proxy = await TcpProxy.to(database.url)
    await using store = await open(proxy.through(database.url))
    await migrate(store, testDays, ignoreEvents)
    await test(store, proxy, database.url)
  }

  it('is told within five seconds, and what was under way is stored once', async () =>
    overLine(async (store, proxy) => {
      const clock = { ...systemClock, now: () => consumerNowMs, sleep: async () => proxy.thaw() }
      const world = new IngestWorld(store, { clock })
      await world.takeAt(0n, agent.record(1))
      proxy.freeze()
      const begun = performance.now()
      const outcome = await world.takeAt(1n, agent.record(2))
      expect(performance.now() - begun).toBeLessThan(toldWithinMs)
      expect(outcome).toMatchObject({ records: 1, duplicates: 0 })
      expect(world.told('store.failing')).toHaveLength(1)
      expect(await world.values()).toEqual([1, 2])
    }))

  it('does not hold up the end of the program', async () =>
    overLine(async (store, proxy) => {
      const stop = new AbortController()
      const clock = {
        ...systemClock,
        now: () => consumerNowMs,
        sleep: async (_ms: number, signal?: AbortSignal) => {
          stop.abort(new Error('stopped'))
          signal?.throwIfAborted()
        },
      }
      const world = new IngestWorld(store, { clock })
      await world.takeAt(0n, agent.record(1))
      proxy.freeze()
      const begun = performance.now()
      await expect(world.ingest.ingest({ records: [agent.record(2)] }, stop.signal)).rejects.toThrow('stopped')
      await store[Symbol.asyncDispose]()
      expect(performance.now() - begun).toBeLessThan(toldWithinMs + 1500)
    }))

  it('that nobody used leads to another database afterwards, and no id of the former one is believed', async () =>
    overLine(async (store, proxy, url) => {
      const world = new IngestWorld(store)
      await world.takeRecords(agent.record(1))
      await using other = await open(url)
      const uid = other.codec.uid('b0000000-0000-4000-8000-000000000002')
      await other.database.updateTable('host').set({ agent_uid: uid, name: 'other' }).execute()
      const before = store.connectionsLost
      proxy.thaw()
      while (store.connectionsLost === before) await new Promise((resolve) => setImmediate(resolve))
      await world.takeRecords(agent.record(2))
      const rows = await other.database.selectFrom('sample').select(['host', 'value']).orderBy('value').execute()
      expect(rows).toEqual([
        { host: 'other', value: 1 },
        { host: 'web-1', value: 2 },
      ])
    }))
}
