import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { memoryIo } from '../support/command-output.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { askPostgres, freshPostgresDatabase } from '../support/postgres-database.ts'

const server = inject('postgresUrl')

describe.skipIf(server === '')('a role of PostgreSQL that may only read, and not everything', () => {
  it('has its status, one sentence for what it may not read, and one where it may not write', async () => {
    await using own = await freshPostgresDatabase(server)
    await using store = await openPostgresStore({ url: own.url, durable: false })
    await migrate(store, testDays, ignoreEvents)
    await new IngestWorld(store).takeRecords(new TestAgent().record(1), new TestAgent().poison(2))
    const reader = `reader_${randomUUID().replaceAll('-', '')}`
    await askPostgres(own.url, `CREATE ROLE ${reader} LOGIN PASSWORD 'x'`)
    try {
      await askPostgres(own.url, `GRANT USAGE ON SCHEMA hostvitals TO ${reader}`)
      await askPostgres(own.url, `GRANT SELECT ON ALL TABLES IN SCHEMA hostvitals TO ${reader}`)
      await askPostgres(own.url, `REVOKE SELECT ON hostvitals.kafka_position FROM ${reader}`)
      const url = Object.assign(new URL(own.url), { username: reader, password: 'x' }).href
      const run = async (...args: readonly string[]) => {
        const io = memoryIo({ cwd: import.meta.dirname })
        return { code: await runProgram([...args, '--store', url], io), ...io.written }
      }
      const status = await run('status')
      expect(status).toMatchObject({ code: 0, stderr: '' })
      expect(status.stdout).toMatch(/^! positions unknown: .*permission denied for table kafka_position: grant SELECT/m)
      expect(status.stdout).toMatch(/dead +1 letter: 1 undecodable/)
      for (const dry of [[], ['--dry-run']]) {
        const replay = await run('dead-letters', 'replay', '--all', ...dry)
        expect([replay.code, replay.stdout]).toEqual([78, ''])
        expect(replay.stderr).toMatch(/^✗ .*permission denied for table \w+\n {2}grant the right that is named/)
      }
    } finally {
      await askPostgres(own.url, `DROP OWNED BY ${reader}`)
      await askPostgres(own.url, `DROP ROLE ${reader}`)
    }
  })
})
