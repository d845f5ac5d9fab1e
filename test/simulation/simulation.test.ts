import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { History, makeTemplate } from './history.ts'
import { planOf } from './plan.ts'
import { safeguards } from './safeguards.ts'
import { shortest } from './shrink.ts'
import { safeguardOf, sourceWithout } from './without-safeguard.ts'

const repository = join(import.meta.dirname, '../..')
const page = readFileSync(join(repository, 'docs/delivery.md'), 'utf8')

/** The table of the page: each safeguard with the first seed that notices its absence. */
const noticed = new Map(
  Array.from(page.matchAll(/^\| `([a-z-]+)` \|[^|]*\| +(\d+) +\|/gm), ([, name = '', seed = '']) => [
    name,
    Number(seed),
  ]),
)

function simulate(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/simulation/main.ts', ...args], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { status, output: `${stdout}${stderr}` }
}

describe('the simulation', () => {
  it('replays a seed exactly', async () => {
    const template = await makeTemplate()
    for (const seed of [3, 14, 63]) {
      const [first, second] = [
        await new History(planOf(seed), template, true).run(),
        await new History(planOf(seed), template, true).run(),
      ]
      expect(second.lines).toEqual(first.lines)
      expect(second.digest).toBe(first.digest)
      expect(first.lines.length).toBeGreaterThan(10)
    }
    const [other, same] = [planOf(5), planOf(5)]
    expect(same).toEqual(other)
    expect(planOf(6)).not.toEqual(other)
  })

  it('loses nothing, stores nothing twice and invents nothing in 300 histories', { timeout: 900_000 }, () => {
    const { status, output } = simulate('--seeds', '300')
    expect(output).toContain('0 lost, 0 twice, 0 invented')
    expect(status).toBe(0)
  })

  it('keeps of a plan only what a failure needs', async () => {
    const template = await makeTemplate()
    const plan = planOf(3)
    // Nothing fails here, so nothing shorter does either.
    expect(await shortest(plan, ['lost'], template, 3)).toEqual(plan)
  })
})

describe('safeguards', () => {
  it('are found exactly once in the source each', () => {
    for (const safeguard of safeguards.values()) {
      const source = readFileSync(join(repository, safeguard.file), 'utf8')
      expect(sourceWithout(safeguard)).not.toBe(source)
    }
    expect(() => sourceWithout({ file: 'package.json', text: '"', without: '', means: '' })).toThrow('times, not once')
  })

  it('are those of docs/delivery.md', () => {
    expect([...noticed.keys()]).toEqual([...safeguards.keys()])
  })

  it.each([...noticed])('%s is missed by seed %i', { timeout: 300_000 }, (name, seed) => {
    const { status, output } = simulate('--seed', String(seed), '--without', name)
    expect(output).toContain('breaks the promise')
    expect(status).toBe(1)
  })

  it('are asked for by their names', () => {
    expect(() => safeguardOf('row-kay')).toThrow(
      expect.objectContaining({ nextStep: expect.stringContaining('row-key') }),
    )
    const { status, output } = simulate('--without', 'row-kay')
    expect([status, output.includes('did you mean row-key?')]).toEqual([2, true])
  })
})
