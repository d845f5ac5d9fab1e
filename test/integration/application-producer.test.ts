import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import {
  counter,
  createProducer,
  gauge,
  histogram,
  timer,
  type ApplicationProducerInput,
  type ProducerEvent,
} from '../../src/index.ts'
import { ensureTopic } from '../../src/kafka/topic-admin.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumeUntil } from '../support/consume-until.ts'
import { Program } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const repository = join(import.meta.dirname, '../..')

interface Topic {
  readonly brokers: readonly string[]
  readonly topic: string
}

async function freshTopic(): Promise<Topic> {
  const kafka = { brokers: inject('kafkaBrokers').split(','), topic: `t-${randomUUID()}` }
  await ensureTopic({ ...kafka, clientId: 'test' }, ignoreEvents)
  return kafka
}

/** The values of a metric in the order of their times. */
async function valuesOf({ database }: MetricStore, metric: string): Promise<readonly number[]> {
  const rows = await database
    .selectFrom('sample')
    .select('value')
    .where('metric', '=', metric)
    .orderBy('time')
    .orderBy('value')
    .execute()
  return rows.map(({ value }) => value)
}

/** How many observations of a timer or histogram are stored. */
async function observationsOf({ database }: MetricStore, metric: string): Promise<number> {
  const rows = await database.selectFrom('timing').select('count').where('metric', '=', metric).execute()
  return rows.reduce((sum, { count }) => sum + Number(count), 0)
}

describe('a producer inside an application', () => {
  it('publishes what its instruments hold, to the last observation', async () => {
    await using folder = await temporaryFolder('application')
    const kafka = await freshTopic()
    const requests = counter('shop.requests')
    const query = timer('shop.query')
    const queue = gauge('shop.queue')
    const sizes = histogram('shop.size', { unit: 'By' })
    const producer = createProducer({
      kafka,
      stateFolder: join(folder.path, 'state'),
      // Longer than the test: what arrives is the first round and the last.
      interval: '1h',
      host: { name: 'shop-1', labels: { service: 'shop' } },
      metrics: [requests, query, queue, sizes],
      onEvent: () => undefined,
    })
    await Promise.all([producer.start(), producer.start()])
    requests.add(1, { route: '/' })
    requests.add(2, { route: '/' })
    queue.set(7)
    expect(await query.time(async () => 'rows')).toBe('rows')
    await expect(query.time(() => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table')
    sizes.record(512)
    const ends = await Promise.all([producer.stop(), producer.stop()])
    expect(ends[0]).toBe(ends[1])
    expect(await producer.stop()).toEqual({ spooledRecords: 0 })

    await consumeUntil({ ...kafka, clientId: 'test' }, folder.path, async (store) => {
      if ((await observationsOf(store, 'shop.size')) < 1) return undefined
      expect(await valuesOf(store, 'shop.requests')).toEqual([3])
      expect(await valuesOf(store, 'shop.queue')).toEqual([7])
      expect(await observationsOf(store, 'shop.query')).toBe(2)
      const rows = await store.database.selectFrom('sample').select(['host', 'metric']).execute()
      expect(rows.filter(({ metric }) => metric.startsWith('shop.'))).toHaveLength(2)
      expect(new Set(rows.map(({ host }) => host))).toEqual(new Set(['shop-1']))
      return true
    })
  })

  it('goes on counting where it was after a stop and a start, one host in two runs', async () => {
    await using folder = await temporaryFolder('application')
    const kafka = await freshTopic()
    const requests = counter('shop.requests')
    const given: ApplicationProducerInput = {
      kafka,
      stateFolder: join(folder.path, 'state'),
      interval: '1h',
      metrics: [requests],
      onEvent: () => undefined,
    }
    const producer = createProducer(given)
    requests.add(1)
    await producer.start()
    await producer.stop()
    requests.add(4)
    await producer.start()
    await producer.stop()
    await consumeUntil({ ...kafka, clientId: 'test' }, folder.path, async (store) => {
      const values = await valuesOf(store, 'shop.requests')
      if (!values.includes(5)) return undefined
      const { database } = store
      expect(values).toEqual([1, 1, 5, 5])
      expect(await database.selectFrom('host').select('host_id').execute()).toHaveLength(1)
      expect(await database.selectFrom('agent_run').select('run_id').execute()).toHaveLength(2)
      expect(await database.selectFrom('ingest_gap').select('run_id').execute()).toEqual([])
      return true
    })
  })

  it('keeps what it measured while Kafka is away, for the next start', async () => {
    await using folder = await temporaryFolder('application')
    const kafka = await freshTopic()
    const requests = counter('shop.requests')
    const common = {
      stateFolder: join(folder.path, 'state'),
      interval: '1h',
      metrics: [requests],
      onEvent: () => undefined,
    }
    requests.add(2)
    // Nothing listens on port 1.
    const away = createProducer({ ...common, kafka: { brokers: ['127.0.0.1:1'] } })
    await away.start()
    expect(await away.stop()).toEqual({ spooledRecords: 2 })
    const back = createProducer({ ...common, kafka })
    await back.start()
    expect(await back.stop()).toEqual({ spooledRecords: 0 })
    const values = await consumeUntil({ ...kafka, clientId: 'test' }, folder.path, async (store) => {
      const stored = await valuesOf(store, 'shop.requests')
      return stored.length >= 4 ? stored : undefined
    })
    expect(values).toEqual([2, 2, 2, 2])
  })

  it('tells the application what happens, from the level on that it asked for', async () => {
    await using folder = await temporaryFolder('application')
    const told: ProducerEvent[] = []
    const producer = createProducer({
      kafka: await freshTopic(),
      stateFolder: join(folder.path, 'state'),
      logLevel: 'warn',
      metrics: [
        gauge('shop.stock', () => {
          throw new Error('the shelf is locked')
        }),
      ],
      onEvent: (event) => {
        told.push(event)
        throw new Error('an application may err')
      },
    })
    const warned = once(process, 'warning')
    await producer.start()
    await producer.stop()
    expect(told).toMatchObject([{ name: 'metric.failed', level: 'warn', data: { metric: 'shop.stock' } }])
    expect(told[0]?.text).toContain('the shelf is locked')
    expect(await warned).toMatchObject([{ message: 'onEvent failed: an application may err' }])
  })

  it('refuses what is wrong at its start, names the line, and may be tried again', async () => {
    await using folder = await temporaryFolder('application')
    const kafka = await freshTopic()
    const common = { stateFolder: join(folder.path, 'state'), metrics: [counter('a')], onEvent: () => undefined }
    const wrong = createProducer({ ...common, kafka: { brokers: ['nowhere'] } })
    await expect(wrong.start()).rejects.toMatchObject({
      code: 'HOSTVITALS_CONFIGURATION',
      message: expect.stringMatching(/^application-producer\.test\.ts:\d+: kafka\.brokers\[0\]: 'nowhere' is no/),
    })
    await using owner = createProducer({ ...common, kafka })
    await using late = createProducer({ ...common, kafka })
    await owner.start()
    await expect(late.start()).rejects.toMatchObject({ code: 'HOSTVITALS_STATE_FOLDER' })
    await owner.stop()
    await late.start()
  })
})

describe('examples/application', () => {
  it('counts and times the requests of an HTTP server', async () => {
    await using folder = await temporaryFolder('example')
    const kafka = await freshTopic()
    const child = spawn(
      process.execPath,
      [
        '--import',
        join(repository, 'test/support/serve-own-name.ts'),
        join(repository, 'examples/application/server.ts'),
      ],
      {
        env: {
          ...process.env,
          KAFKA_BROKERS: kafka.brokers.join(','),
          KAFKA_TOPIC: kafka.topic,
          PORT: '0',
          SHOP_STATE: join(folder.path, 'state'),
        },
      },
    )
    await using server = new Program('examples/application', child)
    const line = await server.line(/^listening on /)
    const { port } = JSON.parse(line.replace('listening on ', '')) as { readonly port: number }
    for (const path of ['/', '/cart', '/pay']) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      expect(await response.text()).toBe(`you asked for ${path}\n`)
    }
    const { code, stdout } = await server.stop('SIGTERM')
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('stopped, 0 records wait') })
    await consumeUntil({ ...kafka, clientId: 'test' }, folder.path, async (store) => {
      const counted = await valuesOf(store, 'shop.requests')
      if (!counted.includes(3)) return undefined
      expect(await observationsOf(store, 'shop.answering')).toBe(3)
      expect(await observationsOf(store, 'shop.answer.size')).toBe(3)
      return true
    })
  })
})
