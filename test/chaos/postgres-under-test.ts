import { randomUUID } from 'node:crypto'
import { startPostgresServer } from '../support/postgres-server.ts'
import { plainSql } from '../support/plain-sql.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'
import type { DatabaseUnderTest } from './database-under-test.ts'

/** The simple query that the driver sends to commit: its kind, its length, its text. */
const commitMessage = Buffer.from('Q\0\0\0\u000Bcommit\0', 'latin1')

/** A PostgreSQL database, on the server at this address, else on one of its own that may be killed. */
export async function postgresUnderTest(sharedUrl: string | undefined): Promise<DatabaseUnderTest> {
  const server = sharedUrl === undefined ? await startPostgresServer() : undefined
  const serverUrl = server?.url ?? sharedUrl ?? ''
  const admin = { kind: 'postgres', url: serverUrl } as const
  const name = `chaos_${randomUUID().replaceAll('-', '')}`
  await plainSql(admin, `create role ${name} login`)
  await plainSql(admin, `create database ${name} owner ${name}`)
  const proxy = await TcpProxy.to(serverUrl)
  const own = { kind: 'postgres', url: withDatabase(serverUrl, name) } as const
  const url = withUser(proxy.through(own.url), name)
  const [row] = await plainSql(admin, 'show server_version')
  return {
    version: `PostgreSQL ${String(row?.['server_version'])}`,
    consumers: { name: 'PostgreSQL', location: { kind: 'postgres', url }, url },
    own: { name: 'PostgreSQL', location: own, sql: async (sql) => plainSql(own, sql) },
    line: { proxy, isCommit: (bytes) => bytes.includes(commitMessage) },
    ...(server === undefined ? {} : { server }),
    revoke: async () => void (await plainSql(own, `revoke insert on hostvitals.scrape from ${name}`)),
    grant: async () => void (await plainSql(own, `grant insert on hostvitals.scrape to ${name}`)),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      if (server !== undefined) return server.stop()
      await plainSql(admin, `drop database ${name} with (force)`)
      await plainSql(admin, `drop role ${name}`)
    },
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = name
  return url.href
}

function withUser(address: string, name: string): string {
  const url = new URL(address)
  ;[url.username, url.password] = [name, '']
  return url.href
}
