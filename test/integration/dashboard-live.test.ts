import { request } from 'node:http'
import { expect, inject, it } from 'vitest'
import type { HostsAnswer, LiveMessage } from '../../src/dashboard/api.ts'
import { Access } from '../../src/dashboard/access.ts'
import { dashboardApp } from '../../src/dashboard/app.ts'
import type { DashboardApp } from '../../src/dashboard/dashboard-options.ts'
import { DashboardServer } from '../../src/dashboard/server.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { changedStore } from '../support/changed-store.ts'
import { answerOf, dashboardOver, dashboardWorld } from '../support/dashboard-world.ts'
import { IngestWorld } from '../support/ingest-world.ts'
import { startPostgresServer } from '../support/postgres-server.ts'
import { until } from '../support/until.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const loopback = { host: '127.0.0.1', port: 0, orNext: 0 }
const web = new TestAgent()

interface Told {
  readonly id: string | undefined
  readonly message: LiveMessage
}

/** What a stream said so far; `lastId` is what a browser would send. */
class Stream implements AsyncDisposable {
  readonly told: Told[] = []
  readonly #stop = new AbortController()
  #ended: Promise<void> = Promise.resolve()
  #headers = new Headers()

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
    const stream = new Stream()
    const answer = await fetch(url, { headers, signal: stream.#stop.signal })
    stream.#headers = answer.headers
    stream.#ended = stream.#read(answer)
    return stream
  }

  get headers(): Headers {
    return this.#headers
  }

  get lastId(): string {
    return this.told.findLast(({ id }) => id !== undefined)?.id ?? ''
  }

  get values(): readonly (number | null)[] {
    return this.told.flatMap(({ message }) =>
      message.type === 'points' ? message.points.map(({ value }) => value) : [],
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('read enough'))
    await this.#ended
  }

  async #read(answer: Response): Promise<void> {
    let text = ''
    try {
      for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += part
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) {
          const [, data] = /^data: (.+)$/m.exec(block) ?? []
          const [, id] = /^id: (.+)$/m.exec(block) ?? []
          if (data !== undefined) this.told.push({ id, message: JSON.parse(data) })
        }
      }
    } catch (error) {
      // The reader left by itself.
      if (!this.#stop.signal.aborted) throw error
    }
  }
}

async function listening(app: DashboardApp): Promise<DashboardServer> {
  return DashboardServer.listen(app, loopback)
}

it('sends what comes, and to who reconnects what came meanwhile', async () => {
  await using dashboard = await dashboardWorld({ clock: systemClock })
  const { app, world } = dashboard
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 60_000
  const record = (seq: number): ReturnType<typeof web.record> =>
    web.record(seq, startMs + seq * 1000, [gaugeOf('load', seq), gaugeOf('else', 1000)])
  await world.takeRecords(record(1), record(2))
  await using server = await listening(app)
  let lastId = ''
  {
    await using stream = await Stream.open(`${server.url}/api/live?m=load&since=${startMs}`)
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    expect(stream.headers.get('x-accel-buffering')).toBe('no')
    await until('the first points', async () => (stream.values.length >= 2 ? true : undefined))
    expect(stream.values).toEqual([1, 2])
    expect(stream.told[0]?.message).toMatchObject({ type: 'hosts', hosts: [{ uid: web.agentUid }] })
    await world.takeRecords(record(31))
    await until('the next point', async () => (stream.values.length >= 3 ? true : undefined))
    expect(stream.values).toEqual([1, 2, 31])
    lastId = stream.lastId
  }
  const unseen = Math.ceil((Number(lastId) - startMs) / 1000) - 20
  await world.takeRecords(record(unseen))
  await using again = await Stream.open(`${server.url}/api/live?m=load`, { 'last-event-id': lastId })
  await until('what came meanwhile', async () => (again.values.includes(unseen) ? true : undefined))
  expect(again.values).not.toContain(1)
})

it('asks the database once for all streams, and not at all where nobody listens', async () => {
  const clock = new VirtualClock(Date.now())
  await using dashboard = await dashboardWorld()
  let polls = 0
  const { database } = dashboard.store
  const counted = new Proxy(database, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target)
      if (key !== 'selectFrom' || typeof value !== 'function') return value
      return (table: unknown): unknown => {
        if (table === 'host') polls++
        return Reflect.apply(value, target, [table])
      }
    },
  })
  const app = await dashboardOver(changedStore(dashboard.store, { database: counted }), { clock })
  await using server = await listening(app)
  expect(polls).toBe(0)
  {
    await using first = await Stream.open(`${server.url}/api/live`)
    await using second = await Stream.open(`${server.url}/api/live`)
    await until('a poll that has ended', async () => (polls === 1 && clock.isSleptOn ? true : undefined))
    await clock.advance(2000)
    await until('the second poll', async () => (polls === 2 ? true : undefined))
    expect([first.told, second.told]).toEqual([[], []])
  }
  const former = polls
  await until('the end of the polling', async () => {
    await clock.advance(10_000)
    const before = polls
    await clock.advance(10_000)
    return polls === before ? true : undefined
  })
  expect(polls - former).toBeLessThanOrEqual(5)
})

it('refuses a foreign Host header and a missing token on a real socket, streams too', async () => {
  await using dashboard = await dashboardWorld({ access: { token: 'a-token-of-a-test-1234' } })
  await using server = await listening(dashboard.app)
  const ask = async (path: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    const asked = request(`${server.url}${path}`, { headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject).end()
    return promise
  }
  const authorization = 'Bearer a-token-of-a-test-1234'
  for (const path of ['/', '/api/hosts', '/api/live', '/api/export?m=x']) {
    expect([path, await ask(path, { host: 'evil.example', authorization })]).toEqual([path, 421])
  }
  expect(await ask('/api/live', {})).toBe(401)
  expect(await ask('/api/hosts', { authorization })).toBe(200)
})

it.skipIf(inject('postgresUrl') === '')(
  'says that the database is away, and goes on when it is back',
  { timeout: 240_000 },
  async () => {
    const postgres = await startPostgresServer()
    try {
      await using writer = await openPostgresStore({ url: postgres.url, durable: false })
      await migrate(writer, { nowMs: Date.now(), rawRetentionMs: 86_400_000 }, ignoreEvents)
      const world = new IngestWorld(writer, { clock: systemClock })
      const timeMs = Date.now() - 20_000
      await world.takeRecords(web.record(1, timeMs, [gaugeOf('load', 1)]))
      await using reader = await openPostgresStore({ url: postgres.url, durable: false, isReader: true })
      await expect(reader.database.deleteFrom('dead_letter').execute()).rejects.toThrow(/read-only/)
      const seams = { clock: systemClock, random: systemRandom }
      const access = await Access.create({ trustedProxies: [], isSecure: false }, seams)
      const options = { pins: [], thresholds: [], pageFolder: '/nowhere', base: '', emit: ignoreEvents }
      const app = dashboardApp(
        { ...options, store: reader, clock: systemClock, askWay: async () => ({}) },
        { access, hosts: { listen: '127.0.0.1', isLoopback: true, allowedHosts: [] } },
      )
      await using server = await listening(app)
      await using stream = await Stream.open(`${server.url}/api/live?m=load&since=${timeMs - 1000}`)
      await until('the first point', async () => (stream.values.includes(1) ? true : undefined))
      await postgres.kill()
      await until('the word that it is away', async () =>
        stream.told.some(({ message }) => message.type === 'trouble') ? true : undefined,
      )
      const refused = await fetch(`${server.url}/api/hosts`)
      expect([refused.status, await refused.json()]).toEqual([
        503,
        { error: expect.any(String), nextStep: expect.any(String) },
      ])
      expect(await (await fetch(`${server.url}/api/pipeline`)).json()).toMatchObject({ cause: 'database' })
      await postgres.start()
      await world.takeRecords(web.record(2, timeMs + 10_000, [gaugeOf('load', 2)]))
      await until('the point that came after it', async () => (stream.values.includes(2) ? true : undefined))
      const hosts = await answerOf<HostsAnswer>(fetch(`${server.url}/api/hosts`))
      expect(hosts.hosts).toMatchObject([{ name: 'web-1' }])
    } finally {
      await postgres.stop()
    }
  },
)
