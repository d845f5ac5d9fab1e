import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, inject, it } from 'vitest'
import { Consumer } from '../../src/consumer.ts'
import { describeMachine } from '../../src/host/identity/machine.ts'
import { gauge } from '../../src/metric/gauge.ts'
import { Producer } from '../../src/producer.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Emit } from '../../src/runtime/events.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { usualRetention } from '../../src/store/retention/keep-until.ts'

const roots = { proc: '/proc', sys: '/sys', root: '/' }

it('every record that the spool accepted goes through a real broker into the database, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostvitals-pipeline-'))
  const kafka = { brokers: [inject('kafkaBrokers')], topic: `t-${randomUUID()}`, clientId: 'test' }
  let accepted = 0
  let stored = 0
  const enough = Promise.withResolvers<void>()
  const all = Promise.withResolvers<void>()
  const emit: Emit = (name, data) => {
    if (name !== 'ingest.stored' || !('samples' in data) || !('records' in data)) return
    stored += data.records
    if (stored >= 5) enough.resolve()
    if (stored >= accepted) all.resolve()
  }
  const seams = { clock: systemClock, disk: nodeDisk, random: systemRandom, emit }
  try {
    await using consumer = await Consumer.open(
      {
        kafka,
        group: `g-${kafka.topic}`,
        store: { kind: 'sqlite', file: join(folder, 'metrics.db') },
        migrate: 'auto',
        retention: usualRetention,
        acceptForeign: true,
        maxBufferedBytes: 1e7,
      },
      seams,
    )
    const stopConsumer = new AbortController()
    const consuming = consumer.run(stopConsumer.signal)
    await using producer = await Producer.open(
      {
        agent: {
          stateFolder: join(folder, 'state'),
          intervalMs: 100,
          metrics: [gauge('answer', () => 42)],
          host: { name: 'web-1', labels: {} },
          spool: { maxBytes: 1e8, keepFreeRatio: 0 },
          roots,
          machine: await describeMachine(roots),
          onRound: () => accepted++,
        },
        kafka,
      },
      seams,
    )
    const stop = new AbortController()
    const producing = producer.run(stop.signal, 60_000)
    await enough.promise
    stop.abort(new Error('enough'))
    expect(await producing).toEqual({ spooledRecords: 0 })
    if (stored < accepted) await all.promise
    stopConsumer.abort(new Error('enough'))
    expect(await consuming).toEqual({ storedRecords: accepted, storedSamples: accepted, duplicates: 0, deadLetters: 0 })
    const { database } = consumer.store
    const samples = await database.selectFrom('sample').select(['host', 'metric', 'value']).execute()
    expect(samples).toEqual(Array.from({ length: accepted }, () => ({ host: 'web-1', metric: 'answer', value: 42 })))
    expect(await database.selectFrom('ingest_gap').select('run_id').execute()).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
