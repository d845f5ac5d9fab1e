import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import type { DatabaseServer } from '../support/database-server.ts'
import { startMariadbServer } from '../support/mariadb-server.ts'
import { startMysqlServer } from '../support/mysql-server.ts'
import { startPostgresServer } from '../support/postgres-server.ts'
import { isContinuousIntegration } from '../support/servers.ts'

/** Asks the server at this address for one value. */
type Ask = (url: string, sql: string) => Promise<string>

async function askPostgres(url: string, sql: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const answer = await client.query<Record<string, unknown>>(sql)
    return String(Object.values(answer.rows[0] ?? {})[0])
  } finally {
    await client.end()
  }
}

async function askMysql(url: string, sql: string): Promise<string> {
  const connection = await createConnection(url)
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql)
    return String(Object.values(rows[0] ?? {})[0])
  } finally {
    await connection.end()
  }
}

interface Server {
  readonly name: string
  readonly url: string
  readonly version: RegExp
  readonly start: () => Promise<DatabaseServer>
  readonly ask: Ask
}

const servers: readonly Server[] = [
  {
    name: 'PostgreSQL',
    url: inject('postgresUrl'),
    version: /^PostgreSQL /,
    start: startPostgresServer,
    ask: askPostgres,
  },
  { name: 'MariaDB', url: inject('mariadbUrl'), version: /MariaDB/, start: startMariadbServer, ask: askMysql },
  {
    name: 'MySQL',
    url: inject('mysqlUrl'),
    version: /^\d+\.\d+\.\d+(?!.*MariaDB)/,
    start: startMysqlServer,
    ask: askMysql,
  },
]

describe.for(servers)('$name', ({ url, version, start, ask }) => {
  it.skipIf(url === '')('is what it is called', async () => {
    expect(await ask(url, 'select version()')).toMatch(version)
  })

  it.skipIf(url === '')('keeps what was stored when it is killed and started again', async ({ skip }) => {
    // One of its own: others use the shared one, and where an address was given, the machine may be able to run none.
    const server = await start().catch((error: unknown) => {
      if (isContinuousIntegration()) throw error
      return skip(String(error))
    })
    try {
      await ask(server.url, 'create table kept (value int)')
      await ask(server.url, 'insert into kept values (42)')
      await server.kill()
      await expect(ask(server.url, 'select value from kept')).rejects.toThrow('ECONNREFUSED')
      await server.start()
      expect(await ask(server.url, 'select value from kept')).toBe('42')
    } finally {
      await server.stop()
    }
  })
})
