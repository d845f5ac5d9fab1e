import { describe, expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { isHistogramSample } from '../../metric/sample.ts'
import { increaseTo, type CounterReading, type Increase } from '../../metric/increase.ts'
import { cpu } from './cpu.ts'

/** How one mode of the processors together grew from round to round, of the ticks in user, idle, iowait and steal. */
async function growth(
  mode: string,
  ...ticks: readonly (readonly number[])[]
): Promise<readonly (Increase | undefined)[]> {
  const { roots, write } = machineTree({})
  const rounds = groupRounds(cpu, roots)
  const found: (Increase | undefined)[] = []
  let former: CounterReading | undefined
  for (const [at, [user = 0, idle = 0, iowait = 0, steal = 0]] of ticks.entries()) {
    write({ 'proc/stat': `cpu  ${user} 0 0 ${idle} ${iowait} 0 0 ${steal}\nctxt 1\nbtime 100\n` })
    for (const sample of await rounds.nextSamples()) {
      if (isHistogramSample(sample) || sample.series.name !== 'system.cpu.time') continue
      if (sample.series.attributes['cpu.mode'] !== mode) continue
      const reading = { timeMs: 1_000_000 + at * 1000, total: sample.value }
      found.push(increaseTo(reading, former, undefined))
      former = reading
    }
  }
  return found.slice(1)
}

describe('time in a mode that the kernel lets fall a little', () => {
  it.each<[string, readonly (readonly number[])[]]>([
    [
      'idle',
      [
        [500, 100_000, 0, 0],
        [500, 99_999, 0, 0],
        [500, 100_100, 0, 0],
      ],
    ],
    [
      'iowait',
      [
        [500, 0, 100_000, 0],
        [500, 0, 99_701, 0],
        [500, 0, 100_100, 0],
      ],
    ],
    [
      'steal',
      [
        [500, 0, 0, 100_000],
        [500, 0, 0, 99_999],
        [500, 0, 0, 100_100],
      ],
    ],
  ])('is held where it was: %s', async (mode, ticks) => {
    expect(await growth(mode, ...ticks)).toMatchObject([
      { amount: 0, isReset: false },
      { amount: 1, isReset: false },
    ])
  })

  it('is held for as long as it is below', async () => {
    const found = await growth('iowait', [5, 0, 1000], [6, 0, 900], [7, 0, 800], [8, 0, 1001])
    expect(found.map((increase) => increase?.isReset)).toEqual([false, false, false])
    expect(found.reduce((sum, increase) => sum + (increase?.amount ?? 0), 0)).toBeCloseTo(0.01, 12)
  })

  it('begins anew where it fell by three seconds', async () => {
    expect(await growth('idle', [500, 1000], [500, 700])).toMatchObject([{ amount: 7, isReset: true }])
  })

  it('begins anew where the processor did: time in user fell', async () => {
    expect(await growth('iowait', [500, 1000, 200], [1, 1000, 100])).toMatchObject([{ amount: 1, isReset: true }])
  })
})
