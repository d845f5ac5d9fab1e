import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { memoryIo } from '../support/command-output.ts'
import { startProgram } from '../support/program.ts'
import { readmeBlocks } from '../support/readme-blocks.ts'

const tried = join(import.meta.dirname, 'readme')
const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const prose = readme.replaceAll(/^```(?:ts|sql)[\s\S]*?^```$/gm, '')

/** The configuration files that README.md shows: each begins with a comment of its name. */
const shown = new Map(
  readmeBlocks()
    .filter(({ words: [language] }) => language === 'ts')
    .flatMap(({ text }) => text.split(/^(?=\/\/ [\w.]+\.ts\b)/m))
    .map((text) => [/^\/\/ ([\w.]+\.ts)\b/.exec(text)?.[1] ?? '', text.trim()] as const),
)

/** What README.md says to type: in a shell block a line each, in a sentence between backticks. */
const typed = [...prose.matchAll(/^(?:\$ )?(npm .*|hostvitals .*)$|`(npm [^`]*|hostvitals [^`]*)`/gm)].map(
  ([, line, span]) => line ?? span ?? '',
)

/** The code without its line breaks, which README.md sets for its readers. */
function unbroken(code: string): string {
  return code.replaceAll(/\s+/g, '').replaceAll(/,(?=[\])}])/g, '')
}

// `npm run types` checks the same files beside this test.
describe('the configuration in README.md', () => {
  it.each(['kafka.config.ts', 'producer.config.ts', 'consumer.config.ts'])('has %s as it was tried', (name) => {
    expect(unbroken(shown.get(name) ?? '')).toBe(unbroken(readFileSync(join(tried, name), 'utf8')))
  })

  it('is nothing else, and hostvitals check finds nothing wrong', async () => {
    expect(shown.size).toBe(3)
    const env = { DATABASE_URL: 'postgres://hostvitals@localhost/metrics' }
    await using check = startProgram(['check', '--config', tried], { env })
    expect(await check.ending()).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('what README.md says to type', () => {
  const scripts = typed.flatMap((line) => /^npm (?:run (?:-s )?)?([\w:]+)/.exec(line)?.[1] ?? [])
  const commands = typed.flatMap((line) => /^(?:npm run -s hostvitals -- |hostvitals )(.*)/.exec(line)?.[1] ?? [])

  it('is found by this test', () => {
    expect(scripts).toEqual(expect.arrayContaining(['start', 'test', 'hostvitals']))
    expect(commands).toEqual(
      expect.arrayContaining(['query system.memory.usage --store sqlite:.hostvitals/metrics.db', 'check', 'init']),
    )
  })

  it.each([...new Set(scripts)])('npm script %s exists', (script) => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    expect(Object.keys(manifest.scripts)).toContain(script)
  })

  it.each([...new Set(commands)])('hostvitals %s has such a command and such options', async (text) => {
    const [command = '', second = ''] = text.split(' ')
    // These two are names of several commands.
    const words = ['gaps', 'dead-letters'].includes(command) ? [command, second] : [command]
    const io = memoryIo({ cwd: root })
    expect(await runProgram([...words, '--help'], io)).toBe(0)
    expect(io.written.stdout).toContain(`hostvitals ${words.join(' ')}`)
    const options = [...text.matchAll(/--[a-z]+(?:-[a-z]+)*/g)].map(([option]) => option)
    for (const option of options) expect(io.written.stdout).toMatch(new RegExp(`${option}\\b`))
  })
})

it.each([...readme.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, path = '']) => path))(
  'README.md leads to %s, which is there',
  (path) => {
    expect(existsSync(join(root, path))).toBe(true)
  },
)
