import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { expect, it } from 'vitest'
import { StoreConfigurationError } from '../../src/runtime/errors.ts'
import { openMysqlStore } from '../../src/store/mysql/mysql-store.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { IngestWorld } from '../support/ingest-world.ts'
import { connectionId, type MysqlTest, urlOf, withMigratedMysql } from '../support/mysql-database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Whom a real server lets in, and what those may do who are in. */
export function describeMysqlAccess(name: 'MySQL' | 'MariaDB', url: string): void {
  const withDatabase = async (test: MysqlTest): Promise<void> => withMigratedMysql(url, test)

  it('is named for a person, without its password', async () =>
    withDatabase(async (database, store) => {
      const { hostname, port, username } = new URL(database.url)
      expect(store.label).toBe(`${name.toLowerCase()} ${username}@${hostname}:${port}/${database.name}`)
      await using refused = await openMysqlStore({
        url: database.url.replace(/^mysql:.*@/, 'mysql://nobody:s3cret%25@'),
        durable: false,
      })
      const error: unknown = await connectionId(refused.database).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(StoreConfigurationError)
      expect(error).toMatchObject({
        message: expect.stringContaining('nobody@'),
        nextStep: expect.stringContaining('password'),
      })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret')
    }))

  it('that has no such database says so', async () => {
    await using store = await openMysqlStore({ url: urlOf(url, 'hostvitals_absent'), durable: false })
    await expect(connectionId(store.database)).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      nextStep: expect.stringContaining('create the database'),
    })
  })

  it('that takes a right away stops the consumer, and nothing of the batch is stored', async () =>
    withDatabase(async (database) => {
      const user = database.name
      try {
        const tables = await database.run("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        await database.run(
          `CREATE USER ${user} IDENTIFIED BY ''`,
          `GRANT SELECT, UPDATE, DELETE ON ${database.name}.* TO ${user}`,
          // By table, since those rights are looked up at each statement.
          ...tables.map((table) => `GRANT INSERT ON \`${String(Object.values(table)[0])}\` TO ${user}`),
        )
        await using store = await openMysqlStore({ url: urlOf(database.url, database.name, user), durable: false })
        const agent = new TestAgent()
        const world = new IngestWorld(store)
        await world.takeAt(0n, agent.record(1))
        await database.run(`REVOKE INSERT ON scrape FROM ${user}`)
        await expect(world.takeAt(1n, agent.record(2))).rejects.toMatchObject({
          code: 'HOSTVITALS_STORE_CONFIGURATION',
          message: expect.stringContaining('INSERT command denied'),
          nextStep: expect.stringContaining('SELECT, INSERT, UPDATE and DELETE'),
        })
        expect([await world.values(), await world.positions()]).toEqual([[1], [1n]])
      } finally {
        await database.run(`DROP USER ${user}`)
      }
    }))

  it('that cannot prove who it is gets no password', async () => {
    await using folder = await temporaryFolder('mysql-tls')
    const tlsCa = join(folder.path, 'ca.pem')
    await expect(
      openMysqlStore({ url: url.replace('localhost', '127.0.0.1'), durable: false, tlsCa }),
    ).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      message: expect.stringContaining('tlsCa needs a name of the server'),
    })
    const named = url.replace('127.0.0.1', 'localhost')
    await expect(openMysqlStore({ url: named, durable: false, tlsCa })).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      message: expect.stringContaining(`the CA ${tlsCa} cannot be read`),
    })
    await writeFile(tlsCa, rootCertificates[0] ?? '')
    await using store = await openMysqlStore({ url: named, durable: false, tlsCa })
    await expect(connectionId(store.database)).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      nextStep: expect.stringContaining('tlsCa'),
    })
  })
}
