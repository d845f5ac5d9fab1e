import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memoryIo } from '../../../test/support/command-output.ts'
import { nativeImport } from '../../../test/support/native-import.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { runCheck } from '../check.ts'
import { runInit } from './init.ts'

const env = { DATABASE_URL: 'mysql://ann:geheim@localhost/metrics' }

describe('init', () => {
  it('writes a configuration that passes check, with the two examples of old', async () => {
    await using folder = await temporaryFolder('init')
    const io = memoryIo({ cwd: folder.path })
    expect(await runInit({ yes: true }, io)).toBe(0)
    expect((await readdir(folder.path)).sort()).toEqual([
      '.env.example',
      '.gitignore',
      'consumer.config.ts',
      'kafka.config.ts',
      'keys',
      'package.json',
      'producer.config.ts',
      'tsconfig.json',
    ])
    expect(io.written.stdout).toContain('Next: edit producer.config.ts, then  hostvitals scrape\n')
    expect((await stat(join(folder.path, 'keys'))).mode & 0o777).toBe(0o700)
    expect(await readFile(join(folder.path, '.gitignore'), 'utf8')).toMatch(/^\.env\nkeys\/\n/)
    const text = await readFile(join(folder.path, 'producer.config.ts'), 'utf8')
    expect(text).toContain("\n    gauge('cpu.percent', cpuPercent),\n")
    expect(text).toContain("\n    gauge('disk.usage.percent', () => diskUsage('/').percent),\n")

    const checked = memoryIo({ cwd: folder.path, env: { DATABASE_URL: 'postgres://ann:geheim@localhost/metrics' } })
    expect(await runCheck({}, checked, nativeImport)).toBe(0)
    expect(checked.written.stderr).toBe('')
    expect(checked.written.stdout).not.toContain('geheim')
    expect(checked.written.stdout).toMatch(/^ {2}consumer\.store\.url +\*\*\*$/m)
    expect(checked.written.stdout).toMatch(/^ {2}consumer\.retention\.raw +14d$/m)
    expect(checked.written.stdout).toMatch(/^ {2}cpu\.percent +gauge +10s +producer\.config\.ts:9$/m)
    expect(checked.written.stdout).toMatch(/^ {2}memory +group +10s +built in$/m)
  })

  it('without what it needs from outside, check names it and nothing else is wrong', async () => {
    await using folder = await temporaryFolder('init')
    await runInit({ yes: true }, memoryIo({ cwd: folder.path }))
    const io = memoryIo({ cwd: folder.path })
    expect(await runCheck({ json: true }, io, nativeImport)).toBe(78)
    expect(JSON.parse(io.written.stdout)).toMatchObject({
      ok: false,
      faults: [{ key: 'store.url', line: 5, problem: expect.stringContaining('DATABASE_URL is not set') }],
    })
  })

  it('asks for brokers and database where a person can answer, again when it does not understand', async () => {
    await using folder = await temporaryFolder('init')
    const typed = ['kafka-1.example', "kafka-1.example:9092, kafka-2.o'example:9092", 'oracle', 'mysql']
    const io = memoryIo({ cwd: folder.path, typed })
    expect(await runInit({ folder: 'vitals' }, io)).toBe(0)
    expect(io.written.stderr.match(/not understood/g)).toHaveLength(2)
    expect(io.written.stdout).toContain('hostvitals scrape --config vitals\n')
    const checked = memoryIo({ cwd: join(folder.path, 'vitals'), env })
    expect(await runCheck({ json: true }, checked, nativeImport)).toBe(0)
    expect(JSON.parse(checked.written.stdout)).toMatchObject({
      ok: true,
      source: 'current',
      metrics: expect.arrayContaining([
        { name: 'cpu.percent', kind: 'gauge', intervalMs: 10_000, definedAt: 'producer.config.ts:9' },
      ]),
      settings: {
        kafka: { brokers: ['kafka-1.example:9092', "kafka-2.o'example:9092"] },
        consumer: { store: { kind: 'mysql', url: '***' } },
      },
    })
  })

  it('takes an empty answer as the one it shows', async () => {
    await using folder = await temporaryFolder('init')
    expect(await runInit({}, memoryIo({ cwd: folder.path, typed: ['', 'sqlite'] }))).toBe(0)
    const io = memoryIo({ cwd: folder.path })
    expect(await runCheck({ json: true }, io, nativeImport)).toBe(0)
    expect(JSON.parse(io.written.stdout)).toMatchObject({
      settings: {
        kafka: { brokers: ['localhost:9092'] },
        consumer: { store: { kind: 'sqlite', file: join(folder.path, 'metrics.db') } },
      },
    })
  })

  it('writes nothing when the person leaves', async () => {
    await using folder = await temporaryFolder('init')
    expect(await runInit({}, memoryIo({ cwd: folder.path, typed: [''] }))).toBe(130)
    expect(await readdir(folder.path)).toEqual([])
  })

  it('never overwrites, and says what it kept', async () => {
    await using folder = await temporaryFolder('init')
    await mkdir(join(folder.path, 'keys'))
    await writeFile(join(folder.path, 'kafka.config.ts'), 'mine')
    const io = memoryIo({ cwd: folder.path })
    expect(await runInit({ yes: true }, io)).toBe(0)
    expect(io.written.stdout).toContain('kept kafka.config.ts: what is there is never overwritten\n')
    expect(await readFile(join(folder.path, 'kafka.config.ts'), 'utf8')).toBe('mine')
  })

  it('says so when a package.json keeps the files from being loaded', async () => {
    await using folder = await temporaryFolder('init')
    await writeFile(join(folder.path, 'package.json'), '{ "type": "commonjs" }')
    const io = memoryIo({ cwd: folder.path })
    expect(await runInit({ yes: true }, io)).toBe(78)
    expect(io.written.stderr).toContain(`${folder.path}/package.json says "type": "commonjs"`)
    expect(io.written.stderr).toContain('hostvitals init hostvitals')
    expect(await readFile(join(folder.path, 'package.json'), 'utf8')).toBe('{ "type": "commonjs" }')
  })

  it('says where it cannot write', async () => {
    await using folder = await temporaryFolder('init')
    await writeFile(join(folder.path, 'taken'), '')
    await expect(runInit({ yes: true, folder: 'taken' }, memoryIo({ cwd: folder.path }))).rejects.toMatchObject({
      message: expect.stringContaining('taken cannot be written'),
      nextStep: expect.stringContaining('hostvitals init DIR'),
    })
  })
})
