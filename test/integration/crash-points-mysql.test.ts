import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { describeMigrationCrashPoints } from '../contract/migration-crash-points.ts'
import { describeCrashPoints } from '../contract/store-crash-points.ts'
import {
  dumpMysqlSchema,
  emptyMysqlDatabase,
  freshMysqlDatabase,
  openReachedMysqlStore,
} from '../support/mysql-database.ts'

const server = inject('mysqlUrl')

describe.skipIf(server === '')('MySQL, crashed', () => {
  const harness = {
    freshDatabase: async () => freshMysqlDatabase(server),
    open: async (url: string) => openReachedMysqlStore(url),
  }
  describe('in a batch', () => {
    describeCrashPoints(harness)
  })
  describe('in a migration or the upkeep', () => {
    describeMigrationCrashPoints({
      ...harness,
      dumpSchema: dumpMysqlSchema,
      golden: join(import.meta.dirname, '../../src/store/mysql/schema.golden.mysql.sql'),
      empty: emptyMysqlDatabase,
    })
  })
})
