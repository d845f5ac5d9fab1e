import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const example = join(import.meta.dirname, '../../examples/own-metrics')

interface Scraped {
  readonly samples: readonly { readonly name: string; readonly kind: string; readonly value: number }[]
}

describe('examples/own-metrics', () => {
  it('has the two metrics of the original, word for word', async () => {
    const text = await readFile(join(example, 'producer.config.ts'), 'utf8')
    expect(text).toContain("gauge('cpu.percent', cpuPercent)")
    expect(text).toContain("gauge('disk.usage.percent', () => diskUsage('/').percent)")
  })

  it('is measured by `scrape --json`, both between 0 and 100', async () => {
    await using program = startProgram(['scrape', '--json', '--config', example])
    const { code, stdout, stderr } = await program.ending()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // What the command contract promises.
    const { samples } = JSON.parse(stdout) as Scraped
    expect(samples.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'gauge cpu.percent',
      'gauge disk.usage.percent',
    ])
    for (const { value } of samples) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(100)
    }
  })

  it('passes `check`', async () => {
    await using program = startProgram(['check', '--json', '--config', example])
    const { code, stdout } = await program.ending()
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, warnings: [] })
  })

  it('has a misspelt key named with file, line and the key that was meant: exit 78', async () => {
    await using folder = await temporaryFolder('misspelt')
    const text = await readFile(join(example, 'producer.config.ts'), 'utf8')
    const misspelt = text.replace('metrics: [', "intervall: '5s',\n  metrics: [")
    const line = misspelt.split('\n').findIndex((each) => each.includes('intervall')) + 1
    await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder.path, 'producer.config.ts'), misspelt)
    await using program = startProgram(['scrape', '--json', '--config', folder.path])
    const { code, stdout, stderr } = await program.ending()
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(stderr).toContain(`producer.config.ts:${line}:3  unknown key intervall`)
    expect(stderr).toContain('Did you mean interval?')
  })
})
