import { chmod, chown } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nativeImport } from '../../test/support/native-import.ts'
import { writeFiles } from '../../test/support/sections.ts'
import { temporaryFolder, type TemporaryFolder } from '../../test/support/temporary-folder.ts'
import { defaultConsumer, defaultProducer } from './defaults.ts'
import { rightsWarnings } from './file-rights.ts'
import { loadConfiguration, type LoadOptions } from './load.ts'

const kafka = `import { defineKafka, secret } from 'hostvitals'
export default defineKafka({
  brokers: ['kafka-1.example:9093'],
  topic: process.env['FIXTURE_TOPIC'],
  tls: { ca: 'keys/ca.pem' },
  sasl: { mechanism: 'scram-sha-512', username: 'hostvitals', password: secret('FIXTURE_PASSWORD') },
})
`
const producer = `import { counter, cpuPercent, defineProducer, diskUsage, gauge, host, timer } from 'hostvitals'
import { readDelivered } from './delivered.ts'
export default defineProducer({
  host: { labels: { site: 'berlin', role: 'web' } },
  metrics: [
    host({ cpu: true }),
    gauge('cpu.percent', cpuPercent),
    gauge('disk.usage.percent', () => diskUsage('/').percent),
    counter('mail.delivered', readDelivered, { unit: '{message}' }),
    timer('api.health', () => fetch('http://127.0.0.1:3000/healthz'), { interval: '30s', timeout: '3s' }),
  ],
})
`
const consumer = `import { defineConsumer, sqlite } from 'hostvitals'
export default defineConsumer({ store: sqlite('metrics.db'), maxBuffered: '8MiB' })
`
const whole = [
  ['package.json', '{ "type": "module" }'],
  ['kafka.config.ts', kafka],
  ['producer.config.ts', producer],
  ['consumer.config.ts', consumer],
  ['delivered.ts', 'export const readDelivered = (): number => 7\n'],
  ['keys/ca.pem', ''],
] as const

describe('a configuration', () => {
  it('is checked and completed', async () => {
    await using folder = await written(whole)
    const loaded = await loadConfiguration({
      ...optionsFor(folder),
      env: { FIXTURE_PASSWORD: 'geheim' },
      needs: ['kafka', 'producer', 'consumer'],
    })
    expect(loaded).toMatchObject({ folder: folder.path, source: 'current', warnings: [] })
    expect(loaded.kafka.sasl?.password.toString()).toBe('***')
    expect(typeof loaded.kafka.sasl?.password === 'object' && loaded.kafka.sasl.password.reveal()).toBe('geheim')
    expect({ ...loaded.kafka, sasl: undefined }).toEqual({
      brokers: ['kafka-1.example:9093'],
      topic: 'otlp_metrics',
      tls: { ca: join(folder.path, 'keys/ca.pem') },
    })
    const { metrics, ...rest } = loaded.producer
    expect(rest).toEqual({
      intervalMs: 10_000,
      host: { labels: { site: 'berlin', role: 'web' }, id: 'hashed', askCloud: false },
      spool: { maxBytes: 2 ** 30, keepFreeRatio: 0.05 },
      seriesLimit: 20_000,
      logLevel: 'info',
    })
    expect(metrics.map(({ name, kind, definedAt, intervalMs }) => [name, kind, definedAt, intervalMs])).toEqual([
      ['cpu', undefined, undefined, undefined],
      ['cpu.percent', 'gauge', 'producer.config.ts:7', undefined],
      ['disk.usage.percent', 'gauge', 'producer.config.ts:8', undefined],
      ['mail.delivered', 'counter', 'producer.config.ts:9', undefined],
      ['api.health', 'histogram', 'producer.config.ts:10', 30_000],
    ])
    expect(loaded.consumer).toEqual({
      ...(await defaultConsumer(join(folder.path, 'metrics.db'))),
      maxBufferedBytes: 8 * 2 ** 20,
    })
  })

  it('reads .env beside it, and what is set already wins', async () => {
    await using folder = await written([
      ...whole.slice(0, 2),
      ['keys/ca.pem', ''],
      ['.env', 'FIXTURE_PASSWORD=from-file\nFIXTURE_OTHER=from-file\nFIXTURE_TOPIC=vitals\n'],
    ])
    const env = { FIXTURE_OTHER: 'set' }
    const loaded = await loadConfiguration({ ...optionsFor(folder), env, needs: ['kafka'] })
    expect(loaded.env).toMatchObject({ FIXTURE_PASSWORD: 'from-file', FIXTURE_OTHER: 'set' })
    expect(loaded.kafka.topic).toBe('vitals')
    expect(Reflect.has(loaded, 'producer')).toBe(false)
    for (const name of ['FIXTURE_PASSWORD', 'FIXTURE_OTHER', 'FIXTURE_TOPIC']) delete process.env[name]
  })

  it.each(['js', 'mjs'])('may be .%s', async (ending) => {
    await using folder = await written([[`consumer.config.${ending}`, consumer]])
    const loaded = await loadConfiguration({ ...optionsFor(folder), needs: ['consumer'] })
    expect(loaded.files).toEqual({ consumer: join(folder.path, `consumer.config.${ending}`) })
  })

  it('in .mjs does not mind a package.json that says commonjs', async () => {
    await using folder = await written([
      ['consumer.config.mjs', consumer],
      ['package.json', '{ "type": "commonjs" }'],
    ])
    const loaded = await loadConfiguration({ ...optionsFor(folder), needs: ['consumer'] })
    expect(loaded.warnings).toEqual([])
  })

  it('under a package.json without a type is loaded with a warning', async () => {
    await using folder = await written([
      ['nested/consumer.config.ts', consumer],
      ['package.json', '{}'],
    ])
    const loaded = await loadConfiguration({ ...optionsFor(folder), folder: 'nested', needs: ['consumer'] })
    const nextStep = `Write "type": "module" into ${join(folder.path, 'package.json')}.`
    expect(loaded.warnings).toEqual([expect.objectContaining({ nextStep })])
  })
})

describe('the folder of a configuration', () => {
  it.each([
    ['that is named wins', 'named', 'given', 'named'],
    ['is else the current one', undefined, 'current', '.'],
  ])('%s', async (_name, named, source, expected) => {
    await using folder = await written([
      ['consumer.config.mjs', consumer],
      ['named/consumer.config.mjs', consumer],
      ['system/consumer.config.mjs', consumer],
    ])
    const loaded = await loadConfiguration({ ...optionsFor(folder), folder: named, needs: ['consumer'] })
    expect(loaded).toMatchObject({ source, folder: join(folder.path, expected) })
  })

  it("is the system's where the current one has no file", async () => {
    await using folder = await written([['system/consumer.config.mjs', consumer]])
    const loaded = await loadConfiguration({ ...optionsFor(folder), needs: [], wants: ['consumer'] })
    expect(loaded).toMatchObject({ source: 'system', folder: join(folder.path, 'system'), consumer: {} })
  })

  it('may be none, where nothing is needed', async () => {
    await using folder = await written([])
    const loaded = await loadConfiguration({ ...optionsFor(folder), needs: [], wants: ['producer'] })
    expect(loaded).toMatchObject({ source: 'none', files: {}, warnings: [] })
    expect(loaded.producer).toBeUndefined()
  })

  it.each<[name: string, named: string | undefined, problem: RegExp]>([
    ['has what is needed', undefined, /^kafka\.config\.ts is missing \(looked in .+ and .+system\)$/],
    ['has what is needed, if named', 'named', /^kafka\.config\.ts is missing \(looked in .+named\)$/],
    ['is there', 'nowhere', /^the configuration's folder .+nowhere cannot be read: ENOENT/],
    ['is a folder', 'named/consumer.config.mjs', /cannot be read: ENOTDIR/],
  ])('%s', async (_name, named, problem) => {
    await using folder = await written([['named/consumer.config.mjs', consumer]])
    const loading = loadConfiguration({ ...optionsFor(folder), folder: named, needs: ['kafka'] })
    await expect(loading).rejects.toMatchObject({
      exitCode: 78,
      faults: [{ problem: expect.stringMatching(problem), nextStep: expect.stringContaining('hostvitals init') }],
    })
  })
})

describe('who may change a configuration', () => {
  it('is told where it is not only its user', async () => {
    await using folder = await written([['consumer.config.mjs', consumer]])
    const file = join(folder.path, 'consumer.config.mjs')
    expect(rightsWarnings(file, process.getuid?.())).toEqual([])
    await chmod(file, 0o664)
    expect(rightsWarnings(file, process.getuid?.())).toMatchObject([{ nextStep: `Run: chmod go-w ${file}` }])
    await chmod(file, 0o644)
    if (process.getuid?.() === 0) await chown(file, 12_345, 0)
    expect(rightsWarnings(file, 54_321)).toMatchObject([{ nextStep: `Run: chown 54321 ${file}` }])
    expect(rightsWarnings(file, undefined)).toEqual([])
  })
})

it('without any file, up measures every two seconds', () => {
  expect(defaultProducer([])).toMatchObject({ intervalMs: 2000, metrics: [], logLevel: 'info' })
})

async function written(files: readonly (readonly [string, string])[]): Promise<TemporaryFolder> {
  const folder = await temporaryFolder('configuration')
  await writeFiles(folder.path, files)
  return folder
}

function optionsFor({ path }: TemporaryFolder): Omit<LoadOptions<never>, 'needs'> {
  return { cwd: path, env: {}, systemFolder: join(path, 'system'), importModule: nativeImport }
}
