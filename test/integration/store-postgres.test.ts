import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { describeStore } from '../contract/store.ts'
import { dumpPostgresSchema, freshPostgresDatabase } from '../support/postgres-database.ts'

const server = inject('postgresUrl')

describe.skipIf(server === '')('a real PostgreSQL', () => {
  describeStore('PostgreSQL', {
    freshDatabase: async () => {
      const database = await freshPostgresDatabase(server)
      return {
        open: async () => openPostgresStore({ url: database.url, durable: false }),
        [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
      }
    },
    dumpSchema: dumpPostgresSchema,
    golden: join(import.meta.dirname, '../../src/store/postgres/schema.golden.sql'),
  })
})
