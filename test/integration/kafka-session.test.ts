import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Admin } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import type { EventName, Events } from '../../src/runtime/events.ts'
import { writeConfiguration } from '../support/configuration-files.ts'
import { connectionTo, type RunningConsumer, startConsumer } from '../support/kafka-roles.ts'
import { plainSql } from '../support/plain-sql.ts'
import { type Program, startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { writeAgentRecord } from '../support/write-agent-record.ts'

const partitions = [0, 1] as const

async function makeTopic(topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [inject('kafkaBrokers')], retries: false })
  try {
    await admin.createTopics({ topics: [topic], partitions: partitions.length, replicas: 1 })
  } finally {
    await admin.close()
  }
}

/** What the process has told under this name so far: a line of its log is an event's name beside its data. */
function told<Name extends EventName>({ stdout }: Program, name: Name): readonly Events[Name][] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Events[Name] & { readonly event: string })
    .filter(({ event }) => event === name)
}

/** The partitions that are its own by its last word. */
function lastOf(assigned: readonly { readonly partitions: readonly number[] }[]): readonly number[] {
  return assigned.at(-1)?.partitions ?? []
}

function sumOf(field: 'records' | 'duplicates', stored: readonly Events['ingest.stored'][]): number {
  return stored.reduce((sum, event) => sum + event[field], 0)
}

/** Resolves when the two share the partitions, one each. */
async function shared(woken: Program, other: RunningConsumer): Promise<void> {
  await until(
    () => `one partition for each; the one that woke said:\n${woken.stdout}${woken.stderr}`,
    async () => {
      const ofWoken = lastOf(told(woken, 'kafka.assigned'))
      const ofOther = lastOf(other.events.all('kafka.assigned').map(({ data }) => data))
      const both = [...ofWoken, ...ofOther].toSorted((a, b) => a - b)
      return (ofWoken.length === 1 && String(both) === String(partitions)) || undefined
    },
    120_000,
  )
}

describe.skipIf(inject('kafkaBrokers') === '')('a consumer that is stopped for longer than its session', () => {
  it('finds what it had in hand stored by another when it wakes, stores none of it again, and is back in the group', async () => {
    await using folder = await temporaryFolder('session')
    const bootstrap = inject('kafkaBrokers')
    const kafka = connectionTo(bootstrap)
    const { topic } = kafka
    const file = join(folder.path, 'metrics.db')
    const location = { kind: 'sqlite', file } as const
    await makeTopic(topic)
    await writeConfiguration(folder.path, {
      brokers: bootstrap,
      topic,
      database: { name: 'SQLite', location, url: `sqlite:${file}` },
      metrics: `gauge('answer', () => 42),`,
      hostName: 'web-1',
      interval: '10s',
    })
    await using first = startProgram(['consume', '--log-level', 'debug'], { cwd: folder.path })
    const write = (seqs: readonly number[]) =>
      Promise.all(
        partitions.map(async (partition) => {
          for (const seq of seqs) await writeAgentRecord(bootstrap, { topic, partition, seq })
        }),
      )
    // Those of the agents: the process stores figures of its own too, under its machine's name.
    const rows = () =>
      plainSql(
        location,
        "SELECT run_id, seq FROM scrape JOIN host USING (host_id) WHERE name = 'web-1' ORDER BY run_id, seq",
      )
    const hasRows = (count: number) =>
      until(
        () => `${count} rows; the one that is a process said:\n${first.stdout}${first.stderr}`,
        async () => ((await rows()).length >= count ? true : undefined),
        120_000,
      )

    await first.line(/"event":"kafka\.assigned"/)
    await write([1, 2])
    await hasRows(4)

    // Another writer in the file: the consumer has its next batch in hand, and nothing in the database.
    using writer = new DatabaseSync(file, { timeout: 60_000 })
    writer.exec('BEGIN IMMEDIATE')
    await write([3, 4])
    await first.line(/"event":"store\.failing"/)
    first.signal('SIGSTOP')
    writer.exec('ROLLBACK')

    // The group gives the first one's partitions away when its session of ten seconds is over, and no sooner.
    await using second = await startConsumer(kafka, { folder: folder.path, group: topic })
    await second.events.until(
      () => (lastOf(second.events.all('kafka.assigned').map(({ data }) => data)).length === 2 ? true : undefined),
      'both partitions',
      120_000,
    )
    await write([5])
    await second.hasStored(6)

    first.signal('SIGCONT')
    await first.line(/"event":"ingest\.stale-batch"/)
    await shared(first, second)
    expect(sumOf('records', told(first, 'ingest.stored'))).toBe(4)
    await write([6, 7])
    await hasRows(14)
    const { code } = await first.stop('SIGTERM')
    await second.stop()

    expect(code).toBe(0)
    const storedByFirst = told(first, 'ingest.stored')
    const stored = [...storedByFirst, ...second.events.all('ingest.stored').map(({ data }) => data)]
    expect({ records: sumOf('records', stored), duplicates: sumOf('duplicates', stored) }).toEqual({
      records: 14,
      duplicates: 0,
    })
    // Back in the group it does its share.
    expect(sumOf('records', storedByFirst)).toBeGreaterThan(4)
    const found = Map.groupBy(await rows(), ({ run_id: run }) => run)
    expect([...found.values()].map((of) => of.map(({ seq }) => Number(seq)))).toEqual([
      [1, 2, 3, 4, 5, 6, 7],
      [1, 2, 3, 4, 5, 6, 7],
    ])
    expect(await plainSql(location, 'SELECT state FROM ingest_gap')).toEqual([])
    expect(await plainSql(location, 'SELECT reason FROM dead_letter')).toEqual([])
  }, 300_000)
})
