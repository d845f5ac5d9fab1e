import { connect } from 'node:net'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parseExposition } from '../../test/support/exposition-grammar.ts'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { FailureError } from '../runtime/errors.ts'
import { HealthServer } from './health-server.ts'
import { Health } from './health.ts'
import { Vitals } from './vitals.ts'

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
}

async function listening(port = 0) {
  const clock = new VirtualClock()
  const vitals = new Vitals({ startedAtMs: clock.now(), parts: ['agent'] })
  const health = new Health({ needs: ['kafka'], intervalMs: 10_000, clock })
  const facts = { role: 'produce', version: '1.0.0' }
  const server = await HealthServer.listen({ host: '127.0.0.1', port, facts, vitals, health, clock })
  return { clock, health, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

async function ask(url: string, options: { readonly method?: string; readonly host?: string } = {}): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const { method = 'GET', host } = options
  const sent = request(url, { method, headers: host === undefined ? {} : { host } }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        type: response.headers['content-type'] ?? '',
        body: Buffer.concat(chunks).toString(),
      }),
    )
  })
  sent.on('error', reject)
  sent.end()
  return promise
}

describe('the health port', () => {
  it('says what fails, since when and what to do; and when it works again', async () => {
    await using role = await listening()
    const since = new Date(role.clock.now()).toISOString()
    const failing = await ask(`${role.server.url}/readyz`)
    expect(failing).toMatchObject({ status: 503, type: 'application/json; charset=utf-8' })
    expect(JSON.parse(failing.body)).toMatchObject({
      status: 'failing',
      role: 'produce',
      failing: [{ what: 'kafka', since, reason: 'not connected yet' }],
    })
    expect((await ask(`${role.server.url}/healthz`)).status).toBe(200)
    role.health.observe('kafka.connected', { brokers: 'k', topic: 't' })
    const ready = await ask(`${role.server.url}/readyz`)
    expect(ready.status).toBe(200)
    expect(JSON.parse(ready.body)).toEqual({ status: 'ok', role: 'produce' })
  })

  it('says 503 of a process whose rounds ceased', async () => {
    await using role = await listening()
    await role.clock.advance(120_000)
    const stalled = await ask(`${role.server.url}/healthz`)
    expect(stalled.status).toBe(503)
    expect(JSON.parse(stalled.body)).toMatchObject({ failing: [{ what: 'rounds' }] })
  })

  it('gives its vitals to Prometheus', async () => {
    await using role = await listening()
    const metrics = await ask(`${role.server.url}/metrics`)
    expect(metrics).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' })
    expect(parseExposition(metrics.body).get('hostvitals_spool_dropped_total')?.samples[0]?.value).toBe(0)
  })

  it('answers GET and HEAD for loopback names alone', async () => {
    await using role = await listening()
    const { url } = role.server
    const { port } = new URL(url)
    expect(await ask(`${url}/metrics`, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
    expect((await ask(`${url}/metrics`, { method: 'POST' })).status).toBe(405)
    expect((await ask(`${url}/secrets`)).status).toBe(404)
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil.example'])
      expect((await ask(`${url}/metrics`, { host })).status).toBe(421)
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
      expect((await ask(`${url}/metrics`, { host })).status).toBe(200)
  })

  it('refuses a request larger than any health check is', async () => {
    await using role = await listening()
    const { promise, resolve } = Promise.withResolvers<string>()
    const socket = connect(Number(new URL(role.server.url).port), '127.0.0.1')
    socket.on('data', (chunk) => resolve(String(chunk)))
    socket.on('error', (error) => resolve(error.message))
    socket.write(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(await promise).toMatch(/^HTTP\/1\.1 431|ECONNRESET/)
    socket.destroy()
  })

  it('says which option to change when its port is taken', async () => {
    await using role = await listening()
    const port = Number(new URL(role.server.url).port)
    const refused: unknown = await listening(port).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(FailureError)
    expect(refused).toMatchObject({
      message: `the health port ${port} on 127.0.0.1 is taken`,
      nextStep: expect.stringContaining('--health-port') as unknown,
    })
  })
})
