import { createServer } from 'node:http'
import { once } from 'node:events'
import { describe, expect, inject, it } from 'vitest'
import { writeConfiguration } from '../support/configuration-files.ts'
import { type Family, parseExposition } from '../support/exposition-grammar.ts'
import { connectionTo } from '../support/kafka-roles.ts'
import { ownSqlite } from '../support/own-database.ts'
import { startProgram, type Program } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

/** Where a role answers, as its log says. */
async function urlOf(role: Program): Promise<string> {
  const line = await role.line(/"event":"health\.listening"/)
  // What the log promises.
  return (JSON.parse(line) as { readonly url: string }).url
}

async function metricsOf(url: string): Promise<ReadonlyMap<string, Family>> {
  return parseExposition(await (await fetch(`${url}/metrics`)).text())
}

async function setUp(brokers: string, topic: string) {
  const folder = await temporaryFolder('role-health')
  const database = await ownSqlite('role-health')
  const metrics = `gauge('answer', () => 42),`
  await writeConfiguration(folder.path, { brokers, topic, database, metrics, hostName: 'web-1', interval: '1s' })
  return {
    start: (...args: readonly string[]) => startProgram(args, { cwd: folder.path }),
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe.skipIf(inject('kafkaBrokers') === '')('over a real broker', () => {
  it('both roles become ready, and their numbers are those of what went through', async () => {
    const { topic } = connectionTo(inject('kafkaBrokers'))
    await using pipeline = await setUp(inject('kafkaBrokers'), topic)
    await using consume = pipeline.start('consume', '--health-port', '0')
    await using produce = pipeline.start('produce', '--health-port', '0')
    const [consuming, producing] = await Promise.all([urlOf(consume), urlOf(produce)])
    for (const url of [consuming, producing])
      await until('readiness', async () => (await fetch(`${url}/readyz`)).status === 200 || undefined)
    const families = await until('stored records', async () => {
      const found = await metricsOf(consuming)
      return (found.get('hostvitals_ingest_accepted_total')?.samples[0]?.value ?? 0) >= 2 ? found : undefined
    })
    const lag = families.get('hostvitals_ingest_lag')?.samples ?? []
    expect(lag.map(({ labels }) => labels['partition'])).toContain('0')
    expect(lag.every(({ value }) => value >= 0 && value < 100)).toBe(true)
    const latency = families
      .get('hostvitals_ingest_latency_seconds')
      ?.samples.find(({ name }) => name.endsWith('_count'))
    expect(latency?.value).toBeGreaterThanOrEqual(2)
    const ofAgent = await metricsOf(producing)
    expect(ofAgent.get('hostvitals_spool_accepted_total')?.samples[0]?.value).toBeGreaterThanOrEqual(2)
    expect([...ofAgent.keys()].filter((name) => name.startsWith('hostvitals_ingest'))).toEqual([])
  })
})

it('an agent whose broker is away is alive and not ready, and says how much waits and since when', async () => {
  await using pipeline = await setUp('127.0.0.1:1', 'nowhere')
  await using produce = pipeline.start('produce', '--health-port', '0')
  const url = await urlOf(produce)
  await produce.line(/"event":"kafka\.failing"/)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const ready = await fetch(`${url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({
    failing: [{ what: 'kafka', reason: expect.stringContaining('nobody listens') as unknown }],
  })
  const age = await until('an age', async () => {
    const families = await metricsOf(url)
    const value = families.get('hostvitals_spool_oldest_age_seconds')?.samples[0]?.value ?? 0
    return value > 1 ? value : undefined
  })
  expect(age).toBeLessThan(60)
  expect((await metricsOf(url)).get('hostvitals_spool_records')?.samples[0]?.value).toBeGreaterThan(0)
})

it('a port that is taken is named with its option, and nothing is begun', async () => {
  await using folder = await temporaryFolder('role-health-taken')
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  try {
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await using up = startProgram(['up', '--data', folder.path, '--health-port', String(port)], { cwd: folder.path })
    const { code, stderr } = await up.ending()
    expect(code).toBe(1)
    expect(stderr).toContain(`the health port ${port} on 127.0.0.1 is taken`)
    expect(stderr).toContain('--health-port')
  } finally {
    other.close()
  }
})
