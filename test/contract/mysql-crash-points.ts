import { describe } from 'vitest'
import {
  dumpMysqlSchema,
  emptyMysqlDatabase,
  freshMysqlDatabase,
  openReachedMysqlStore,
} from '../support/mysql-database.ts'
import { describeMigrationCrashPoints } from './migration-crash-points.ts'
import { describeCrashPoints } from './store-crash-points.ts'
import { describeTierCrashPoints } from './tier-crash-points.ts'

/** The crash points of a server of MySQL or MariaDB, which are one store. */
export function describeMysqlCrashPoints(name: 'MySQL' | 'MariaDB', server: string, golden: string): void {
  describe.skipIf(server === '')(`${name}, crashed`, () => {
    const harness = {
      freshDatabase: async () => freshMysqlDatabase(server),
      open: async (url: string) => openReachedMysqlStore(url),
    }
    describe('in a batch', () => {
      describeCrashPoints(harness)
    })
    describe('in computing the tiers or dropping what is old', () => {
      describeTierCrashPoints(harness)
    })
    describe('in a migration or the upkeep', () => {
      describeMigrationCrashPoints({ ...harness, dumpSchema: dumpMysqlSchema, golden, empty: emptyMysqlDatabase })
    })
  })
}
