import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { startDatabase, type DatabaseServer } from './database-server.ts'

const run = promisify(execFile)

/** What MySQL and MariaDB differ in. */
export interface MysqlKind {
  readonly name: string
  readonly program: string
  /** Options that the other one does not know. */
  readonly options: readonly string[]
  /** Fills an empty data folder: these options for one call, and what that call reads. */
  readonly initialize: { readonly options: readonly string[]; readonly input: string }
}

/** Starts a MySQL or MariaDB that reads no configuration of the machine and lets `root` in without a password. */
export async function startMysqlFamily(kind: MysqlKind): Promise<DatabaseServer> {
  const always = (folder: string): readonly string[] => [
    '--no-defaults',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    // Messages, character sets and plugins are found from here, also in an unpacked package.
    `--basedir=${dirname(dirname(kind.program))}`,
    `--datadir=${join(folder, 'data')}`,
    // Another server that starts in a shared one takes our temporary tables for leftovers of its own, and deletes them.
    `--tmpdir=${folder}`,
    // What was committed is with the kernel, which outlives a killed server; a real power cut loses the test as well.
    '--innodb-flush-method=nosync',
    '--innodb-flush-log-at-trx-commit=2',
    '--sync-binlog=0',
  ]
  return startDatabase({
    name: kind.name,
    runsAs: undefined,
    calmSignal: 'SIGTERM',
    prepare: async (folder) => {
      // Both let root in from `localhost` alone, and 127.0.0.1 is that only where names are looked up.
      await writeFile(
        join(folder, 'every-start.sql'),
        "create user if not exists 'root'@'%';\ngrant all privileges on *.* to 'root'@'%' with grant option;\n",
      )
      await mkdir(join(folder, 'data'))
      const initializing = run(kind.program, [...always(folder), ...kind.initialize.options], { cwd: folder })
      // Where the program ends before it has read all, its own message says why.
      initializing.child.stdin?.on('error', () => undefined).end(kind.initialize.input)
      await initializing
    },
    command: (folder, port) => [
      kind.program,
      ...always(folder),
      ...kind.options,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--init-file=${join(folder, 'every-start.sql')}`,
      '--max-connections=300',
    ],
    url: (port) => `mysql://root@127.0.0.1:${port}/mysql`,
    dataFolder: async (url) => {
      const connection = await createConnection({ uri: url, connectTimeout: 1000 })
      try {
        const [rows] = await connection.query<RowDataPacket[]>('select @@datadir as folder')
        return String(rows[0]?.['folder'])
      } finally {
        await connection.end()
      }
    },
  })
}
