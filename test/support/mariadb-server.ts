import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DatabaseServer } from './database-server.ts'
import { startMysqlFamily } from './mysql-family.ts'
import { serverProgram } from './server-program.ts'

/** What `mariadb-install-db` reads, without the texts of `help`. */
const systemTables = [
  'mysql_system_tables.sql',
  'mysql_performance_tables.sql',
  'mysql_system_tables_data.sql',
  'maria_add_gis_sp_bootstrap.sql',
  'mysql_sys_schema.sql',
]

/** Starts a real MariaDB. Throws where it is not installed and cannot be fetched. */
export async function startMariadbServer(): Promise<DatabaseServer> {
  const program = await serverProgram({
    name: 'mariadbd',
    path: 'usr/sbin/mariadbd',
    package: { name: 'mariadb-server-core', release: 'own', programs: 'usr/sbin/mariadbd' },
  })
  const share = join(dirname(dirname(program)), 'share')
  const scripts = existsSync(join(share, 'mariadb')) ? join(share, 'mariadb') : join(share, 'mysql')
  const texts = await Promise.all(systemTables.map((file) => readFile(join(scripts, file), 'utf8')))
  const begin = 'create database if not exists mysql;\nuse mysql;\nset @auth_root_socket = null;\n'
  return startMysqlFamily({
    name: 'MariaDB',
    program,
    options: [],
    initialize: {
      options: ['--bootstrap', '--max-allowed-packet=8M', '--net-buffer-length=16K'],
      input: [begin, ...texts].join('\n'),
    },
  })
}
