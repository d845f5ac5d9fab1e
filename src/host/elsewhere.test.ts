import { describe, expect, it } from 'vitest'
import { foundIn } from '../../test/support/group-rounds.ts'
import type { Metric, ReadContext } from '../metric/metric.ts'
import type { Sample } from '../metric/sample.ts'
import { groups, hostOn } from './index.ts'
import { type OtherMachine, otherMachine } from './identity/other-machine.ts'

/** A Mac with two processors, in its second or a later round. */
function mac(round: number): OtherMachine {
  const times = { user: 1000 * round, nice: 0, sys: 500 * round, idle: 8500 * round, irq: 0 }
  return {
    platform: 'darwin',
    cpus: () => [{ times }, { times }],
    totalBytes: () => 1000,
    freeBytes: () => 250,
    loadAverages: () => [1.5, 2, 2.5],
    uptimeSeconds: () => 60,
    rootSpace: () => ({ blockBytes: 10, blocks: 100, free: 40, available: 40, inodes: 0, freeInodes: 0 }),
  }
}

function rounds(metrics: readonly Metric[]): () => Promise<readonly Sample[]> {
  const kept = new Map<Metric, unknown>()
  return async () => {
    const samples = await Promise.all(
      metrics.map(async (metric) => {
        const context: ReadContext = {
          proc: '/nowhere',
          sys: '/nowhere',
          root: '/nowhere',
          timeMs: 1_000_000,
          monotonicMs: 0,
          startedAtMs: 0,
          remember: <T>(create: () => T) => {
            if (!kept.has(metric)) kept.set(metric, create())
            return kept.get(metric) as T
          },
          shared: (_key, create) => create(),
        }
        return metric.read(new AbortController().signal, context)
      }),
    )
    return samples.flat()
  }
}

describe('on a Mac', () => {
  it('host() measures what Node says, and reads nothing of Linux', async () => {
    const state = { round: 1 }
    const machine = { ...mac(1), cpus: () => mac(state.round).cpus() }
    const next = rounds(hostOn(machine))
    const first = await next()
    expect(first.find(({ series }) => series.name === 'system.cpu.time')).toMatchObject({ startTimeMs: 940_000 })
    state.round = 2
    const root = '{system.filesystem.mountpoint=/,system.filesystem.state='
    expect(foundIn(await next())).toEqual({
      'system.cpu.time{cpu.mode=user}': 4,
      'system.cpu.time{cpu.mode=nice}': 0,
      'system.cpu.time{cpu.mode=system}': 2,
      'system.cpu.time{cpu.mode=idle}': 34,
      'system.cpu.utilization{cpu.mode=user}': 0.1,
      'system.cpu.utilization{cpu.mode=nice}': 0,
      'system.cpu.utilization{cpu.mode=system}': 0.05,
      'system.cpu.utilization{cpu.mode=idle}': 0.85,
      'system.cpu.logical.count': 2,
      'system.cpu.load_average.1m': 1.5,
      'system.cpu.load_average.5m': 2,
      'system.cpu.load_average.15m': 2.5,
      'system.memory.usage{system.memory.state=used}': 750,
      'system.memory.usage{system.memory.state=free}': 250,
      'system.memory.utilization{system.memory.state=used}': 0.75,
      'system.memory.utilization{system.memory.state=free}': 0.25,
      [`system.filesystem.usage${root}used}`]: 600,
      [`system.filesystem.usage${root}free}`]: 400,
      [`system.filesystem.usage${root}reserved}`]: 0,
      [`system.filesystem.utilization${root}used}`]: 0.6,
      'system.uptime': 60,
    })
  })

  it('takes the same options, and no group that there is not', async () => {
    const next = rounds(hostOn(mac(1), { cpu: { perCpu: true }, load: false, pressure: true }))
    const found = Object.keys(foundIn(await next()))
    expect(found).toHaveLength(9)
    expect(found).toContain('system.cpu.time{cpu.logical_number=1,cpu.mode=idle}')
  })

  it('leaves out the groups that Node has no figures of', () => {
    const there = groups.filter(({ elsewhere }) => elsewhere !== undefined).map(({ name }) => name)
    expect(there).toEqual(['cpu', 'load', 'memory', 'filesystem', 'uptime'])
    expect(hostOn(mac(1)).map(({ name }) => name)).toEqual(there)
    expect(() => hostOn(mac(1), { cpu: { also: ['nothing'] } })).toThrow("has no metric 'nothing'")
  })
})

it('says no load on Windows, where Node says zeros', async () => {
  const windows = { ...mac(1), platform: 'win32', loadAverages: () => [0, 0, 0] }
  expect(await rounds(hostOn(windows, { load: true }))()).toEqual([])
})

it('knows this machine by way of Node', async () => {
  const found = foundIn(await rounds(hostOn(otherMachine('freebsd')))())
  expect(found['system.cpu.logical.count']).toBeGreaterThan(0)
  expect(found['system.filesystem.usage{system.filesystem.mountpoint=/,system.filesystem.state=used}']).toBeGreaterThan(
    0,
  )
})
