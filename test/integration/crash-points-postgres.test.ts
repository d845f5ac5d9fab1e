import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { describeMigrationCrashPoints } from '../contract/migration-crash-points.ts'
import { describeCrashPoints } from '../contract/store-crash-points.ts'
import { describeTierCrashPoints } from '../contract/tier-crash-points.ts'
import { askPostgres, dumpPostgresSchema, freshPostgresDatabase } from '../support/postgres-database.ts'

const server = inject('postgresUrl')

describe.skipIf(server === '')('PostgreSQL, crashed', () => {
  const harness = {
    freshDatabase: async () => freshPostgresDatabase(server),
    open: async (url: string) => openPostgresStore({ url, durable: true }),
  }
  describe('in a batch', () => {
    describeCrashPoints(harness)
  })
  describe('in computing the tiers or dropping what is old', () => {
    describeTierCrashPoints(harness)
  })
  describe('in a migration or the upkeep', () => {
    describeMigrationCrashPoints({
      ...harness,
      dumpSchema: dumpPostgresSchema,
      golden: join(import.meta.dirname, '../../src/store/postgres/schema.golden.sql'),
      empty: async (url) => {
        await askPostgres(url, 'drop schema if exists hostvitals cascade')
      },
    })
  })
})
