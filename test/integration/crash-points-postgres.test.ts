import { describe, inject } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { describeCrashPoints } from '../contract/store-crash-points.ts'
import { freshPostgresDatabase } from '../support/postgres-database.ts'

const server = inject('postgresUrl')

describe.skipIf(server === '')('PostgreSQL, crashed', () => {
  const harness = {
    freshDatabase: async () => freshPostgresDatabase(server),
    open: async (url: string) => openPostgresStore({ url, durable: true }),
  }
  describe('in a batch', () => {
    describeCrashPoints(harness)
  })
})
