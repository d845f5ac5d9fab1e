import { describe, inject } from 'vitest'
import { openMysqlStore } from '../../src/store/mysql/mysql-store.ts'
import { describeCrashPoints } from '../contract/store-crash-points.ts'
import { freshMysqlDatabase } from '../support/mysql-database.ts'

const server = inject('mysqlUrl')

describe.skipIf(server === '')('MySQL, crashed', () => {
  const harness = {
    freshDatabase: async () => freshMysqlDatabase(server),
    open: async (url: string) => openMysqlStore({ url }),
  }
  describe('in a batch', () => {
    describeCrashPoints(harness)
  })
})
