import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { StoreUnavailableError } from '../../src/runtime/errors.ts'
import { openMysqlStore } from '../../src/store/mysql/mysql-store.ts'
import type { ScrapeRow } from '../../src/store/store.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { changedStore, changedTransaction } from '../support/changed-store.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { connectionId, type MysqlTest, withMigratedMysql } from '../support/mysql-database.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

const row: ScrapeRow = {
  timeMs: testDays.nowMs,
  seq: 1,
  hostId: 1,
  runId: 1,
  layoutId: 1,
  readings: Float64Array.of(1),
}

/** What a real server does to its clients. */
export function describeMysqlTrouble(name: 'MySQL' | 'MariaDB', url: string): void {
  const withDatabase = async (test: MysqlTest): Promise<void> => withMigratedMysql(url, test)

  it('has sessions that are ours, whatever its own settings are', async () =>
    withDatabase(async (_database, store) => {
      const isolation = name === 'MySQL' ? 'transaction_isolation' : 'tx_isolation'
      const settings = await store.transaction(async (transaction) => {
        const { rows } = await sql<Record<string, unknown>>`SELECT @@time_zone AS zone, @@sql_mode AS mode,
          @@${sql.raw(isolation)} AS isolation, @@autocommit AS autocommit, @@character_set_client AS characters,
          @@innodb_lock_wait_timeout AS wait, @@lock_wait_timeout AS tableWait`.execute(transaction.sql)
        return rows[0]
      })
      expect(settings).toEqual({
        zone: '+00:00',
        mode: expect.stringContaining('STRICT_ALL_TABLES'),
        isolation: 'READ-COMMITTED',
        autocommit: 1,
        characters: 'utf8mb4',
        wait: 30,
        tableWait: 30,
      })
    }))

  it('without a partition for a row says who makes it', async () =>
    withDatabase(async (_database, store) => {
      const later = { ...row, timeMs: row.timeMs + 10 * 86_400_000 }
      const insert = store.transaction(async (transaction) => transaction.insertScrapes([later]))
      await expect(insert).rejects.toMatchObject({
        code: 'HOSTVITALS_STORE_CONFIGURATION',
        nextStep: expect.stringContaining('hostvitals migrate'),
      })
    }))

  it('that kills a connection in its transaction makes the store unavailable, and the batch is stored once', async () =>
    withDatabase(async (database, store) => {
      let kills = 1
      const failures: unknown[] = []
      const killing = changedStore(store, {
        transaction: async (work) =>
          store
            .transaction(async (transaction) =>
              work(
                changedTransaction(transaction, {
                  insertScrapes: async (rows) => {
                    await transaction.insertScrapes(rows)
                    if (kills-- > 0) await database.run(`KILL ${await connectionId(transaction.sql)}`)
                  },
                }),
              ),
            )
            .catch((error: unknown) => {
              failures.push(error)
              throw error
            }),
      })
      const agent = new TestAgent()
      const world = new IngestWorld(killing)
      expect(await world.takeAt(0n, agent.record(1), agent.record(3))).toMatchObject({ records: 2, duplicates: 0 })
      // The end of the connection may also be noticed once more, while the batch is prepared again.
      expect(new Set(failures.map((failure) => failure instanceof StoreUnavailableError))).toEqual(new Set([true]))
      expect(await world.values()).toEqual([1, 3])
      expect(await world.gaps()).toEqual(['2-2 open'])
      expect(world.told('store.recovered')).toHaveLength(1)
    }))

  it('whose answer to COMMIT is lost makes the store unavailable, and the batch is stored once', async () =>
    withDatabase(async (database) => {
      await using proxy = await TcpProxy.to(database.url)
      await using store = await openMysqlStore({ url: proxy.through(database.url), durable: false })
      const world = new IngestWorld(store)
      const agent = new TestAgent()
      // Its host, run and layout are inserted with it, in transactions of their own.
      await world.takeAt(0n, agent.record(1))
      proxy.loseAnswerTo(Buffer.from('COMMIT'))
      const lost = store.transaction(async (transaction) => transaction.insertScrapes([{ ...row, hostId: 99 }]))
      await expect(lost).rejects.toThrow(StoreUnavailableError)
      expect(await store.transaction(async (t) => t.findScrapes([{ ...row, hostId: 99 }]))).toHaveLength(1)
      proxy.loseAnswerTo(Buffer.from('COMMIT'))
      expect(await world.takeAt(1n, agent.record(2), agent.record(4))).toMatchObject({ records: 2, duplicates: 0 })
      expect(world.told('store.failing')).toHaveLength(1)
      const seqs = await store.database.selectFrom('scrape').select('seq').where('host_id', '=', 1).execute()
      expect(seqs).toHaveLength(3)
      expect([await world.gaps(), await world.positions()]).toEqual([['3-3 open'], [3n]])
    }))

  it('that kills idle connections is asked anew, and the process lives on', async () =>
    withDatabase(async (database, store) => {
      const used = await Promise.all(
        Array.from({ length: 5 }, async () => store.transaction(async (t) => connectionId(t.sql))),
      )
      const ids = [...new Set(used)]
      await database.run(...ids.map((id) => `KILL ${id}`))
      const world = new IngestWorld(store)
      expect(await world.takeRecords(new TestAgent().record(1))).toMatchObject({ records: 1 })
      expect(ids).not.toContain(await store.transaction(async (t) => connectionId(t.sql)))
    }))

  it('that ends a connection which is idle for too long is asked anew, and the process lives on', async () =>
    withDatabase(async (database, store) => {
      const lostBefore = store.connectionsLost
      const id = await store.transaction(async ({ sql: own }) => {
        await sql`SET SESSION wait_timeout = 1`.execute(own)
        return connectionId(own)
      })
      const isThere = async (): Promise<boolean> =>
        (await database.run(`SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ${id}`)).length > 0
      while (await isThere());
      // The server has let go of it; that has to reach us, too.
      await until('the end of the connection', async () => (store.connectionsLost > lostBefore ? true : undefined))
      expect(await store.transaction(async (transaction) => transaction.findScrapes([row]))).toEqual([])
    }))

  it.each([
    ['is read only, as after a failover', 'lost', 1290],
    ['found a deadlock', 'kept', 1213],
  ])('that says it %s is tried again, its connection %s', async (_what, fate, number) =>
    withDatabase(async (_database, store) => {
      let before = 0
      const told = store.transaction(async ({ sql: own }) => {
        before = await connectionId(own)
        await sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${sql.lit(number)}, MESSAGE_TEXT = 'told'`.execute(own)
      })
      await expect(told).rejects.toThrow(StoreUnavailableError)
      const after = await store.transaction(async ({ sql: own }) => connectionId(own))
      expect(after === before ? 'kept' : 'lost').toBe(fate)
    }),
  )

  it('that finds a deadlock lets one through and the other try again', async () =>
    withDatabase(async (_database, store) => {
      const meet = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
      const both = Promise.all(meet.map(async ({ promise }) => promise))
      const crosswise = [0, 1].map(async (own) =>
        store.transaction(async (transaction) => {
          await transaction.insertScrapes([{ ...row, seq: 10 + own }])
          meet[own]?.resolve()
          await both
          await transaction.insertScrapes([{ ...row, seq: 11 - own }])
        }),
      )
      const outcomes = await Promise.allSettled(crosswise)
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
      expect(reasons).toEqual([expect.any(StoreUnavailableError)])
      expect(await store.database.selectFrom('scrape').select('seq').execute()).toHaveLength(2)
    }))

  it('that is told a statement longer than it takes is not broken by it', async () =>
    withDatabase(async (_database, store) => {
      const [limit] = (await sql<{ bytes: number }>`SELECT @@max_allowed_packet AS bytes`.execute(store.database)).rows
      const text = 'x'.repeat(limit?.bytes ?? 0)
      await expect(sql`SELECT ${text}`.execute(store.database)).rejects.toMatchObject({
        code: 'HOSTVITALS_STORE_CONFIGURATION',
        nextStep: expect.stringContaining('max_allowed_packet'),
      })
      const many = Array.from({ length: 3000 }, (_, index) => ({
        ...row,
        seq: index,
        readings: new Float64Array(200).fill(1 / 3),
      }))
      await store.transaction(async (transaction) => transaction.insertScrapes(many))
      expect(await store.transaction(async (transaction) => transaction.findScrapes(many))).toHaveLength(3000)
    }))

  it.each([
    ['refuses', async (socket: Socket) => socket.destroy()],
    ['says nothing', async () => undefined],
  ])('that %s is told within five seconds', async (_how, answer) => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      void answer(socket)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      await using store = await openMysqlStore({ url: `mysql://metrics@127.0.0.1:${port}/vitals`, durable: false })
      const began = performance.now()
      await expect(connectionId(store.database)).rejects.toThrow(StoreUnavailableError)
      expect(performance.now() - began).toBeLessThan(5000)
    } finally {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
}
