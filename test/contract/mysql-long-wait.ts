import { createConnection } from 'mysql2/promise'
import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { freshMysqlDatabase } from '../support/mysql-database.ts'

/** A server that is slow to answer, and is there. */
export function describeMysqlLongWait(url: string): void {
  it('is waited for, longer than a server may go without an answer before it is asked whether it is there', async () => {
    await using database = await freshMysqlDatabase(url)
    await using store = await database.open()
    await migrate(store, testDays, ignoreEvents)
    const holder = await createConnection({ uri: database.url })
    try {
      await holder.query('LOCK TABLES scrape WRITE')
      const world = new IngestWorld(store)
      const taken = world.takeAt(0n, new TestAgent().record(1))
      await holder.query('DO SLEEP(2.5)')
      await holder.query('UNLOCK TABLES')
      expect(await taken).toMatchObject({ records: 1 })
      expect(world.told('store.failing')).toEqual([])
    } finally {
      await holder.end()
    }
  })
}
