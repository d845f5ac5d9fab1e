import { randomBytes } from 'node:crypto'
import { startMariadbServer } from '../support/mariadb-server.ts'
import { urlOf } from '../support/mysql-database.ts'
import { startMysqlServer } from '../support/mysql-server.ts'
import { plainSql } from '../support/plain-sql.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import type { DatabaseUnderTest } from './database-under-test.ts'

const comQuery = 3
const packetHeadBytes = 4

/** A MySQL or MariaDB database, on the server at this address, else on one of its own that may be killed. */
export async function mysqlUnderTest(
  name: 'MySQL' | 'MariaDB',
  sharedUrl: string | undefined,
): Promise<DatabaseUnderTest> {
  const start = name === 'MySQL' ? startMysqlServer : startMariadbServer
  const server = sharedUrl === undefined ? await start() : undefined
  const serverUrl = server?.url ?? sharedUrl ?? ''
  const admin = { kind: 'mysql', url: serverUrl } as const
  // A user's name has at most 32 characters on MySQL.
  const ours = `chaos_${randomBytes(6).toString('hex')}`
  await plainSql(admin, `CREATE DATABASE ${ours}`)
  await plainSql(admin, `CREATE USER ${ours}@'%'`)
  await plainSql(admin, `GRANT ALL ON ${ours}.* TO ${ours}@'%'`)
  const proxy = await TcpProxy.to(serverUrl)
  const own = { kind: 'mysql', url: urlOf(serverUrl, ours) } as const
  const url = urlOf(proxy.through(serverUrl), ours, ours)
  const [row] = await plainSql(admin, 'SELECT VERSION() AS version')
  return {
    version: `${name} ${String(row?.['version'])}`,
    consumers: { name, location: { kind: 'mysql', url }, url },
    own: { name, location: own, sql: async (sql) => plainSql(own, sql) },
    line: { proxy, isCommit },
    ...(server === undefined ? {} : { server }),
    revoke: async () => {
      await plainSql(admin, `REVOKE INSERT ON ${ours}.* FROM ${ours}@'%'`)
      // A session keeps the rights on a database that it began with.
      proxy.cut()
    },
    grant: async () => {
      await plainSql(admin, `GRANT INSERT ON ${ours}.* TO ${ours}@'%'`)
      proxy.cut()
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      if (server !== undefined) return server.stop()
      await plainSql(admin, `DROP DATABASE ${ours}`)
      await plainSql(admin, `DROP USER ${ours}@'%'`)
    },
  }
}

/** COM_QUERY and its text, in a packet alone; MySQL is told of no attributes between the two, in bytes that MariaDB does not know. */
function isCommit(bytes: Buffer): boolean {
  return bytes[packetHeadBytes] === comQuery && bytes.length < 20 && bytes.toString('latin1').endsWith('COMMIT')
}
