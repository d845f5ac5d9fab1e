import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { systemClock } from '../../src/runtime/clock.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { parseStoreLocation } from '../../src/store/store-location.ts'
import { dashboardOver } from '../support/dashboard-world.ts'
import { ownServerDatabase, serversOfDatabases, type OwnDatabase } from '../support/own-database.ts'
import { fillStore, fleetUid } from '../support/page-fleet.ts'

const addresses = [
  'hosts',
  `hosts/${fleetUid(0)}`,
  'charts?m=system.cpu.utilization&m=system.network.io&m=api.health',
  'export?m=mail.queue&format=csv',
  'metrics',
  'pipeline',
  'events?from=now-7d',
]

interface Limit {
  readonly most: unknown
}

/** How long a question may take, as the session itself says it. */
const limits = {
  PostgreSQL: { question: sql<Limit>`select current_setting('statement_timeout') as most`, most: '15s' },
  MySQL: { question: sql<Limit>`select @@max_execution_time as most`, most: '15000' },
  MariaDB: { question: sql<Limit>`select cast(@@max_statement_time as unsigned) as most`, most: '15' },
} as const

/** A user who may read and nothing else, and how it goes again. */
async function addReader({ name, url, sql: run }: OwnDatabase): Promise<{ url: string; remove: () => Promise<void> }> {
  const user = `reader_${randomBytes(4).toString('hex')}`
  const address = new URL(url)
  const database = address.pathname.slice(1)
  ;[address.username, address.password] = [user, 'reads-only']
  const isPostgres = name === 'PostgreSQL'
  const make = isPostgres
    ? [
        `create role ${user} login password 'reads-only'`,
        `grant usage on schema hostvitals to ${user}`,
        `grant select on all tables in schema hostvitals to ${user}`,
      ]
    : [`create user '${user}'@'%' identified by 'reads-only'`, `grant select on ${database}.* to '${user}'@'%'`]
  for (const statement of make) await run(statement)
  return {
    url: address.href,
    remove: async () => {
      const statements = isPostgres ? [`drop owned by ${user}`, `drop role ${user}`] : [`drop user '${user}'@'%'`]
      for (const statement of statements) await run(statement)
    },
  }
}

async function openReader(url: string): Promise<MetricStore> {
  return openStore(parseStoreLocation(url), { durable: false, isReader: true })
}

describe.each(['PostgreSQL', 'MySQL', 'MariaDB'] as const)('the dashboard over %s', (name) => {
  const server = inject(serversOfDatabases[name])

  it.skipIf(server === '')('asks where nothing can be written, and nothing lasts longer than 15 s', async () => {
    await using database = await ownServerDatabase(name, server)
    await fillStore(database.location, { hosts: 1, rounds: 1, intervalMs: 10_000, nowMs: Date.now() })
    // As its owner, who may do everything elsewhere.
    await using store = await openReader(database.url)
    await expect(store.database.deleteFrom('host').execute()).rejects.toThrow(/read.only/i)
    const { question, most } = limits[name]
    const { rows } = await question.execute(store.database)
    expect(rows.map((row) => String(row.most))).toEqual([most])
  })

  it.skipIf(server === '')('needs no more than to read', async () => {
    await using database = await ownServerDatabase(name, server)
    await fillStore(database.location, { hosts: 2, rounds: 30, intervalMs: 10_000, nowMs: Date.now() })
    const reader = await addReader(database)
    try {
      await using store = await openReader(reader.url)
      const app = await dashboardOver(store, { clock: systemClock })
      for (const address of addresses) {
        const answer = await app.request(`/api/${address}`)
        expect([address, answer.status]).toEqual([address, 200])
        expect((await answer.text()).length).toBeGreaterThan(50)
      }
      const pipeline = await (await app.request('/api/pipeline')).text()
      expect(pipeline).not.toContain('could not be read')
    } finally {
      await reader.remove()
    }
  })
})
