import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { startDatabase, type DatabaseServer } from './database-server.ts'
import { serverProgram } from './server-program.ts'

const run = promisify(execFile)

/** The user `nobody`: PostgreSQL refuses to run as root. */
const nobody = 65_534

/** Starts a real PostgreSQL. Throws where it is not installed and cannot be fetched. */
export async function startPostgresServer(): Promise<DatabaseServer> {
  const program = await serverProgram({
    name: 'postgres',
    path: 'usr/lib/postgresql/*/bin/postgres',
    package: { name: 'postgresql', release: 'own', programs: 'usr/lib/postgresql/*/bin/{postgres,initdb}' },
  })
  const runsAs = process.getuid?.() === 0 ? nobody : undefined
  const user = runsAs === undefined ? {} : { uid: runsAs, gid: runsAs }
  return startDatabase({
    name: 'PostgreSQL',
    runsAs,
    // Fast: a calm end that waited for its clients to leave could wait for ever.
    calmSignal: 'SIGINT',
    prepare: async (folder) => {
      const args = ['--pgdata', join(folder, 'data'), '--username=postgres', '--auth=trust', '--no-sync']
      const text = ['--encoding=UTF8', '--locale=C.UTF-8']
      try {
        await run(join(dirname(program), 'initdb'), [...args, ...text], { ...user, cwd: folder })
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'EACCES')) throw cause
        throw new Error(
          `the user nobody may not run ${program}: open its folders, or run the tests as another user than root`,
          { cause },
        )
      }
    },
    command: (folder, port) => {
      const settings = {
        port,
        listen_addresses: '127.0.0.1',
        unix_socket_directories: folder,
        max_connections: 200,
        // What was committed is with the kernel, which outlives a killed server; a real power cut loses the test as well.
        fsync: 'off',
      }
      const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      return [program, '-D', join(folder, 'data'), ...options]
    },
    url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
    dataFolder: async (url) => {
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 })
      // A connection that breaks fails the query too; without a listener its event would end the test run.
      client.on('error', () => undefined)
      await client.connect()
      try {
        const answer = await client.query<{ data_directory: string }>('show data_directory')
        return answer.rows[0]?.data_directory ?? ''
      } finally {
        await client.end()
      }
    },
  })
}
