import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Metrics of a person whose functions go wrong in every way, each on a line of its own from the fourth on. */
const config = `import { counter, defineProducer, gauge, histogram } from 'hostvitals'
let started = 0
export default defineProducer({ interval: '200ms', metrics: [
  gauge('good', () => 42),
  gauge('throws', () => { throw new Error('no such queue') }),
  gauge('rejects', async () => { throw new Error('refused') }),
  gauge('not.a.number', () => Number.NaN),
  gauge('text', () => '12'),
  gauge('nothing', () => undefined),
  counter('falls.below.zero', () => -1),
  histogram('no.list', () => 7),
  gauge('hangs', (signal) => {
    started++
    signal.addEventListener('abort', () => process.stderr.write('told to stop\\n'))
    // It does not listen, and what it waits for would hold the process for ever.
    return new Promise(() => setInterval(() => undefined, 1000))
  }, { timeout: '50ms' }),
  gauge('hangs.started', () => started),
] })
`

const wrong = [
  ['throws', 'no such queue'],
  ['rejects', 'refused'],
  ['not.a.number', 'its function returned NaN, not a finite number'],
  ['text', 'its function returned the text "12", not a finite number'],
  ['nothing', 'its function returned nothing, not a finite number'],
  ['falls.below.zero', 'a counter got -1, and counters only grow'],
  ['no.list', 'its function returned no list of observations'],
  ['hangs', 'it timed out after 50 ms'],
] as const

async function writeConfig(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'producer.config.ts'), config)
}

it('`scrape` tells each metric that goes wrong and why, measures the others, and ends', async () => {
  await using folder = await temporaryFolder('bad-metrics')
  await writeConfig(folder.path)
  await using program = startProgram(['scrape', '--json'], { cwd: folder.path })
  const { code, stdout, stderr } = await program.ending()
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'told to stop\n' })
  expect(JSON.parse(stdout)).toMatchObject({
    samples: [
      { name: 'good', value: 42 },
      // The one that hangs was not asked again.
      { name: 'hangs.started', value: 1 },
      ...wrong.map(([name, error]) => ({ name, error })),
    ],
  })
})

it('`scrape` names the lines to a person', async () => {
  await using folder = await temporaryFolder('bad-metrics')
  await writeConfig(folder.path)
  await using program = startProgram(['scrape'], { cwd: folder.path })
  const { code, stdout } = await program.ending()
  expect(code).toBe(1)
  wrong.forEach(([name, error], at) => expect(stdout).toContain(`✗ ${name} (producer.config.ts:${5 + at}): ${error}`))
  expect(stdout).toContain('2 samples, 8 failed. Nothing was sent.')
})

it('`up` makes a gap and one event of each, never a zero, asks one that hangs no second time, and ends', async () => {
  await using folder = await temporaryFolder('bad-metrics')
  await writeConfig(folder.path)
  await using program = startProgram(['up', '--data', folder.path], { cwd: folder.path })
  await program.line(/"event":"host.figures"/, 60_000, 5)
  const { code, stdout, stderr } = await program.stop('SIGTERM')
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'told to stop\n' })
  const failed = stdout
    .split('\n')
    .filter((line) => line.includes('"event":"metric.failed"'))
    // What the log promises.
    .map((line) => JSON.parse(line) as { readonly metric: string; readonly reason: string; readonly definedAt: string })
  expect(failed.map(({ metric, reason }) => [metric, reason])).toEqual(
    expect.arrayContaining(wrong.map((each) => [...each])),
  )
  expect(failed).toHaveLength(wrong.length)
  expect(failed.every(({ definedAt }) => /^producer\.config\.ts:\d+$/.test(definedAt))).toBe(true)

  await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
  const rows = await store.database
    .selectFrom('sample')
    .select(['metric', 'value'])
    .where('metric', 'not like', 'hostvitals.%')
    .distinct()
    .execute()
  expect(rows.toSorted((a, b) => a.value - b.value)).toEqual([
    { metric: 'hangs.started', value: 1 },
    { metric: 'good', value: 42 },
  ])
})

it('`scrape` interrupted by Ctrl-C ends with 130 and says nothing', async () => {
  await using folder = await temporaryFolder('bad-metrics')
  await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(folder.path, 'producer.config.ts'),
    `import { defineProducer, gauge } from 'hostvitals'
export default defineProducer({ metrics: [
  gauge('slow', (signal) => new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(1))
    process.stderr.write('asked\\n')
    setTimeout(() => undefined, 60_000)
  })),
] })
`,
  )
  await using program = startProgram(['scrape'], { cwd: folder.path })
  await program.line(/^asked$/)
  const { code, stdout, stderr } = await program.stop('SIGINT')
  expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'asked\n' })
})
