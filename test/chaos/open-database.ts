import type { DatabaseUnderTest, StoreName } from './database-under-test.ts'
import { mysqlUnderTest } from './mysql-under-test.ts'
import { postgresUnderTest } from './postgres-under-test.ts'
import { sqliteUnderTest } from './sqlite-under-test.ts'

/** An empty database of this kind; on the server at `sharedUrl` where that is given, else on one that may be killed. */
export async function openDatabase(store: StoreName, sharedUrl: string | undefined): Promise<DatabaseUnderTest> {
  switch (store) {
    case 'postgres':
      return postgresUnderTest(sharedUrl)
    case 'mysql':
      return mysqlUnderTest('MySQL', sharedUrl)
    case 'mariadb':
      return mysqlUnderTest('MariaDB', sharedUrl)
    case 'sqlite':
      return sqliteUnderTest()
  }
}
