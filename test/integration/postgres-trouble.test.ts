import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { StoreConfigurationError, StoreUnavailableError } from '../../src/runtime/errors.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { ScrapeRow } from '../../src/store/store.ts'
import { describeCutLine, type ServerHarness } from '../contract/cut-line.ts'
import { describeHeldLock } from '../contract/held-lock.ts'
import { consumerNowMs, TestAgent } from '../support/arrived-records.ts'
import { changedStore, changedTransaction } from '../support/changed-store.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { freshPostgresDatabase, type PostgresDatabase } from '../support/postgres-database.ts'
import { startPostgresServer } from '../support/postgres-server.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

const server = inject('postgresUrl')
const agent = new TestAgent()
/** COMMIT as a client sends it: a simple query of six letters. */
const commit = Buffer.from('Q\0\0\0\x0bcommit\0')

async function inDatabase(test: (database: PostgresDatabase) => Promise<void>): Promise<void> {
  await using database = await freshPostgresDatabase(server)
  await using store = await openPostgresStore({ url: database.url, durable: true })
  await migrate(store, testDays, ignoreEvents)
  await test(database)
}

describe.skipIf(server === '')('trouble with PostgreSQL', () => {
  it('a right that was taken away stops the consumer, and it goes on when it is given back', async () =>
    inDatabase(async (database) => {
      const role = `hostvitals_${process.pid}_${Date.now()}`
      await database.ask(`create role ${role} login`)
      try {
        await database.ask(
          `grant usage on schema hostvitals to ${role}; grant all on all tables in schema hostvitals to ${role}`,
        )
        const url = new URL(database.url)
        url.username = role
        await using store = await openPostgresStore({ url: url.href, durable: false })
        const world = new IngestWorld(store)
        await world.takeAt(0n, agent.record(1))
        await database.ask(`revoke insert on hostvitals.scrape from ${role}`)
        await expect(world.takeAt(1n, agent.record(2))).rejects.toMatchObject({
          code: 'HOSTVITALS_STORE_CONFIGURATION',
          message: `${store.label}: permission denied for table scrape`,
          nextStep: expect.stringContaining('grant the right'),
        })
        expect(await world.positions()).toEqual([1n])
        await database.ask(`grant insert on hostvitals.scrape to ${role}`)
        expect(await world.takeAt(1n, agent.record(2))).toMatchObject({ records: 1, duplicates: 0 })
        expect(await world.values()).toEqual([1, 2])
      } finally {
        await database.ask(`drop owned by ${role}; drop role ${role}`)
      }
    }))

  it('a day without its partition stops the consumer, and it goes on when `migrate` has made the day', async () =>
    inDatabase(async (database) => {
      await using store = await openPostgresStore({ url: database.url, durable: false })
      const world = new IngestWorld(store)
      await database.ask('drop table hostvitals.scrape_20261124')
      await expect(world.takeAt(0n, agent.record(1))).rejects.toMatchObject({
        code: 'HOSTVITALS_STORE_CONFIGURATION',
        message: expect.stringContaining('no partition of relation "scrape" found for row'),
        nextStep: expect.stringContaining('hostvitals migrate'),
      })
      expect(await world.positions()).toEqual([])
      await migrate(store, testDays, ignoreEvents)
      expect(await world.takeAt(0n, agent.record(1))).toMatchObject({ records: 1, duplicates: 0 })
    }))

  it('a server that is killed within a transaction and comes back has each record once', async () => {
    const own = await startPostgresServer()
    try {
      await using store = await openPostgresStore({ url: own.url, durable: true })
      await migrate(store, testDays, ignoreEvents)
      let wasKilled = false
      let isAway = false
      const killing = changedStore(store, {
        transaction: async (work) =>
          store.transaction(async (transaction) => {
            const insertScrapes = async (rows: readonly ScrapeRow[]): Promise<void> => {
              await transaction.insertScrapes(rows)
              if (rows.some(({ seq }) => seq === 3) && !wasKilled) {
                wasKilled = true
                isAway = true
                await own.kill()
              }
            }
            return work(changedTransaction(transaction, { insertScrapes }))
          }),
      })
      const clock = {
        ...systemClock,
        now: () => consumerNowMs,
        sleep: async () => {
          if (isAway) await own.start()
          isAway = false
        },
      }
      const world = new IngestWorld(killing, { clock })
      await world.takeAt(0n, agent.record(1), agent.record(2))
      expect(await world.takeAt(2n, agent.record(3), agent.record(4))).toMatchObject({ records: 2, duplicates: 0 })
      expect(await world.values()).toEqual([1, 2, 3, 4])
      expect(await world.positions()).toEqual([4n])
      expect(world.told('store.failing')).toHaveLength(1)
      expect(world.told('store.recovered')).toHaveLength(1)
    } finally {
      await own.stop()
    }
  })

  it.each([[true], [false]])('a COMMIT whose answer is lost is found done (position: %s)', async (hasPosition) =>
    inDatabase(async (database) => {
      await using proxy = await TcpProxy.to(server)
      await using store = await openPostgresStore({ url: proxy.through(database.url), durable: false })
      const world = new IngestWorld(store)
      const records = [agent.record(2), agent.record(3)]
      await world.takeAt(0n, agent.record(1))
      proxy.loseAnswerTo(commit)
      const outcome = await (hasPosition ? world.takeAt(1n, ...records) : world.takeRecords(...records))
      expect(outcome).toMatchObject(hasPosition ? { records: 2, duplicates: 0 } : { records: 0, duplicates: 2 })
      expect(world.told('store.failing')).toEqual([
        { store: store.label, reason: expect.stringContaining('Connection terminated unexpectedly') },
      ])
      expect(await world.values()).toEqual([1, 2, 3])
      expect(await world.positions()).toEqual([hasPosition ? 3n : 1n])
    }),
  )

  it('a session that is ended within COMMIT has stored nothing, and the next one stores each record once', async () =>
    inDatabase(async (database) => {
      await using store = await openPostgresStore({ url: database.url, durable: false })
      const world = new IngestWorld(store)
      await world.takeAt(0n, agent.record(1))
      // COMMIT waits in a deferred trigger for a lock that we hold.
      await database.ask(`
        create function hold() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock(7); return null; end';
        create constraint trigger hold after update on hostvitals.kafka_position
          deferrable initially deferred for each row execute function hold()`)
      const holder = new Client({ connectionString: database.url })
      await holder.connect()
      try {
        await holder.query('select pg_advisory_lock(7)')
        const taken = world.takeAt(1n, agent.record(2), agent.record(3))
        let ended = 0
        while (ended === 0) {
          const { rowCount } = await holder.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and query = 'commit' and wait_event = 'advisory'`,
          )
          ended = rowCount ?? 0
        }
        await holder.query('select pg_advisory_unlock(7)')
        expect(await taken).toMatchObject({ records: 2, duplicates: 0 })
      } finally {
        await holder.end()
      }
      expect(world.told('store.failing')).toEqual([
        { store: store.label, reason: expect.stringContaining('terminating connection due to administrator command') },
      ])
      expect(await world.values()).toEqual([1, 2, 3])
      expect(await world.positions()).toEqual([3n])
    }))

  it('connections that are ended while nobody uses them end nothing else', async () =>
    inDatabase(async (database) => {
      await using store = await openPostgresStore({ url: database.url, durable: false })
      const world = new IngestWorld(store)
      await world.takeAt(0n, agent.record(1))
      const [{ ended } = {}] = await database.ask(
        `select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and application_name = 'hostvitals'`,
      )
      expect(ended).toBeGreaterThan(0)
      expect(await world.takeAt(1n, agent.record(2))).toMatchObject({ records: 1, duplicates: 0 })
      expect(await world.values()).toEqual([1, 2])
    }))

  const harness: ServerHarness = {
    freshDatabase: async () => freshPostgresDatabase(server),
    open: async (url) => openPostgresStore({ url, durable: false }),
  }

  describe('a line that is cut without a word', () => {
    describeCutLine(harness)
  })

  describe('a migration that is under way', () => {
    describeHeldLock(harness)
  })

  it('a statement that only takes long is waited for', async () =>
    inDatabase(async (database) => {
      await using store = await openPostgresStore({ url: database.url, durable: false })
      const holder = new Client({ connectionString: database.url })
      await holder.connect()
      try {
        await holder.query('begin; lock table hostvitals.scrape in access exclusive mode')
        const world = new IngestWorld(store)
        const taken = world.takeAt(0n, agent.record(1))
        // Longer than a server may go without an answer before it is asked whether it is there.
        await holder.query('select pg_sleep(2.5); commit')
        expect(await taken).toMatchObject({ records: 1 })
        expect(world.told('store.failing')).toEqual([])
      } finally {
        await holder.end()
      }
    }))

  it('a server that is not there, or lacks the database, is told without the password', async () => {
    await using away = await openPostgresStore({ url: 'postgres://me:geheim@127.0.0.1:1/vitals', durable: false })
    const refused = migrate(away, testDays, ignoreEvents)
    await expect(refused).rejects.toThrow(StoreUnavailableError)
    await expect(refused).rejects.toMatchObject({
      message: 'postgres me@127.0.0.1:1/vitals: connect ECONNREFUSED 127.0.0.1:1',
      nextStep: expect.stringContaining('start PostgreSQL'),
    })
    const url = new URL(server)
    url.pathname = '/no_such_database'
    await using absent = await openPostgresStore({ url: url.href, durable: false })
    await expect(migrate(absent, testDays, ignoreEvents)).rejects.toThrow(StoreConfigurationError)
  })
})
