import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memoryIo } from '../../test/support/command-output.ts'
import { nativeImport } from '../../test/support/native-import.ts'
import { sectionsOf, writeFiles } from '../../test/support/sections.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { runCheck } from './check.ts'

const fixtures = join(import.meta.dirname, '../../test/fixtures/configs')
const broken = readdirSync(fixtures).filter((name) => name.endsWith('.txt'))

describe('a broken configuration is told in full', () => {
  it.each(broken)('%s', async (name) => {
    await using folder = await temporaryFolder('check')
    const { expected, files } = fixture(name)
    await writeFiles(folder.path, files)
    const io = memoryIo({ cwd: folder.path })
    expect(await runCheck({}, io, nativeImport)).toBe(78)
    expect(io.written.stderr.replaceAll(folder.path, 'FOLDER')).toBe(expected)
    expect(io.written.stdout).toBe('')
  })

  it('as JSON, one document on stdout and nothing else', async () => {
    await using folder = await temporaryFolder('check')
    await writeFiles(folder.path, fixture('unknown-key.txt').files)
    const io = memoryIo({ cwd: folder.path })
    expect(await runCheck({ json: true }, io, nativeImport)).toBe(78)
    expect(io.written.stderr).toBe('')
    expect(JSON.parse(io.written.stdout)).toMatchObject({
      ok: false,
      faults: [
        {
          file: join(folder.path, 'kafka.config.ts'),
          line: 5,
          column: 3,
          key: 'topik',
          nextStep: 'Did you mean topic?',
        },
        { line: 6, key: 'tls.ca_file' },
      ],
    })
  })
})

it('an environment that an agent would refuse is a fault, where there is an agent', async () => {
  await using folder = await temporaryFolder('check')
  const env = { HOSTVITALS_HOST_UID: 'web-1' }
  const kafka =
    "import { defineKafka } from 'hostvitals'\nexport default defineKafka({ brokers: ['localhost:9092'] })\n"
  await writeFiles(folder.path, [['kafka.config.js', kafka]])
  expect(await runCheck({}, memoryIo({ cwd: folder.path, env }), nativeImport)).toBe(0)
  const producer =
    "import { defineProducer, host } from 'hostvitals'\nexport default defineProducer({ metrics: [host()] })\n"
  await writeFiles(folder.path, [['producer.config.js', producer]])
  expect(await runCheck({}, memoryIo({ cwd: folder.path }), nativeImport)).toBe(0)
  const io = memoryIo({ cwd: folder.path, env })
  expect(await runCheck({}, io, nativeImport)).toBe(78)
  expect(io.written.stderr).toContain("environment: HOSTVITALS_HOST_UID: 'web-1' is no UUID of a host")
})

function fixture(name: string): { readonly expected: string; readonly files: ReadonlyMap<string, string> } {
  const { expected = '', ...files } = Object.fromEntries(sectionsOf(readFileSync(join(fixtures, name), 'utf8')))
  return { expected, files: new Map(Object.entries(files)) }
}
