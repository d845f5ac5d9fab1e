import type { DatabaseServer } from './database-server.ts'
import { startMysqlFamily } from './mysql-family.ts'
import { serverProgram } from './server-program.ts'

/** Starts a real MySQL: the machine's own, else Debian's newest, as its releases have none. Throws where there is neither. */
export async function startMysqlServer(): Promise<DatabaseServer> {
  const program = await serverProgram({
    name: 'mysqld',
    path: 'usr/sbin/mysqld',
    except: /MariaDB/,
    package: { name: 'mysql-server-core', release: 'sid', programs: 'usr/sbin/mysqld' },
  })
  return startMysqlFamily({
    name: 'MySQL',
    program,
    // The X protocol would take a port of its own.
    options: ['--mysqlx=OFF', '--secure-file-priv=NULL'],
    initialize: { options: ['--initialize-insecure', '--secure-file-priv=NULL'], input: '' },
  })
}
