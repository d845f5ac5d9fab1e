import { describe } from 'vitest'
import { dumpMysqlSchema, freshMysqlDatabase, openReachedMysqlStore } from '../support/mysql-database.ts'
import { describeCutLine, type ServerHarness } from './cut-line.ts'
import { describeHeldLock } from './held-lock.ts'
import { describeMysqlAccess } from './mysql-access.ts'
import { describeMysqlDurability } from './mysql-durable.ts'
import { describeMysqlLongLetters } from './mysql-long-letters.ts'
import { describeMysqlLongWait } from './mysql-long-wait.ts'
import { describeMysqlMigrations } from './mysql-migrations.ts'
import { describeMysqlTrouble } from './mysql-trouble.ts'
import { describeMysqlViews } from './mysql-views.ts'
import { describeStore } from './store.ts'

/** MySQL and MariaDB are one store, and both are tested: the contract, and what is theirs. */
export function describeMysql(name: 'MySQL' | 'MariaDB', url: string, golden: string): void {
  describe.skipIf(url === '')(`a server of ${name}`, () => {
    describeStore(name, { freshDatabase: async () => freshMysqlDatabase(url), dumpSchema: dumpMysqlSchema, golden })
    describe('its migrations and days', () => {
      describeMysqlMigrations(url, golden)
    })
    describe('its values and views', () => {
      describeMysqlViews(url)
    })
    describe('its users', () => {
      describeMysqlAccess(name, url)
    })
    describe('its troubles', () => {
      describeMysqlTrouble(name, url)
    })
    describe('its commits', () => {
      describeMysqlDurability(url)
    })
    describe('its long dead letters', () => {
      describeMysqlLongLetters(name, url)
    })
    describe('a statement of it that takes long', () => {
      describeMysqlLongWait(url)
    })
    const harness: ServerHarness = {
      freshDatabase: async () => freshMysqlDatabase(url),
      open: async (address) => openReachedMysqlStore(address),
    }
    describe('a line to it that is cut without a word', () => {
      describeCutLine(harness)
    })
    describe('a migration of it that is under way', () => {
      describeHeldLock(harness)
    })
  })
}
