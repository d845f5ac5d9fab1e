import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { getHeapSpaceStatistics } from 'node:v8'
import { expect, it, onTestFinished, vi } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { runtime } from './runtime.ts'
import { watchRuntime } from './runtime-probe.ts'

it('measures this process', async () => {
  const { roots } = machineTree({ 'proc/self/fd/0': '', 'proc/self/fd/1': '', 'proc/self/fd/9': '' })
  const rounds = groupRounds(runtime, roots)
  const first = await rounds.next()
  expect(first).not.toHaveProperty('nodejs.eventloop.utilization')
  const found = await rounds.next()
  expect(found['process.unix.file_descriptor.count']).toBe(2)
  expect(found['process.memory.usage']).toBeGreaterThan(10 * 2 ** 20)
  expect(found['process.cpu.time{cpu.mode=user}']).toBeGreaterThan(first['process.cpu.time{cpu.mode=user}'] ?? Infinity)
  expect(found['process.uptime']).toBeLessThanOrEqual(process.uptime())
  expect(found['process.paging.faults{system.paging.fault.type=minor}']).toBeGreaterThan(0)
  expect(found['nodejs.eventloop.utilization']).toBeGreaterThanOrEqual(0)
  expect(found['nodejs.eventloop.utilization']).toBeLessThanOrEqual(1)
  expect(found['nodejs.eventloop.time{nodejs.eventloop.state=active}']).toBeGreaterThan(0)
  expect(found['v8js.memory.heap.used{v8js.heap.space.name=old_space}']).toBeGreaterThan(0)
  expect(found).not.toHaveProperty('v8js.memory.heap.space.size{v8js.heap.space.name=old_space}')
})

it('counts since the process started', async () => {
  const samples = await groupRounds(runtime, machineTree({}).roots).nextSamples()
  const counters = samples.filter(({ series }) => series.kind === 'counter')
  expect(counters.length).toBeGreaterThan(6)
  expect(counters.map(({ startTimeMs }) => startTimeMs)).toEqual(counters.map(() => Math.floor(performance.timeOrigin)))
})

it('measures spaces of the heap that are asked for', async () => {
  const also = [
    'v8js.memory.heap.space.size',
    'v8js.memory.heap.space.available_size',
    'v8js.memory.heap.space.physical_size',
  ]
  const found = Object.keys(await groupRounds(runtime, machineTree({}).roots, { also }).next())
  const spaces = getHeapSpaceStatistics().filter(({ space_size: size }) => size > 0)
  const names = also.flatMap((name) => spaces.map((space) => `${name}{v8js.heap.space.name=${space.space_name}}`))
  expect(found).toEqual(expect.arrayContaining(names))
})

it('tells how long collections took, each once', async () => {
  const probe = watchRuntime({ delays: false, collections: true })
  onTestFinished(probe.close)
  const seen = new Map<string, number>()
  for (let turn = 0; turn < 1000 && !seen.has('minor'); turn++) {
    Array.from({ length: 100_000 }, (_nothing, at) => ({ at }))
    await setImmediate()
    for (const [type, { count, sum }] of probe.collections()) {
      expect(sum).toBeGreaterThan(0)
      seen.set(type, count)
    }
  }
  expect(seen.get('minor')).toBeGreaterThan(0)
  expect(probe.delays()).toBeUndefined()
})

it('tells how late the event loop was', async () => {
  const probe = watchRuntime({ delays: true, collections: false })
  onTestFinished(probe.close)
  const found = await vi.waitFor(() => {
    const now = probe.delays()
    if (now === undefined) throw new Error('nothing was measured yet')
    return now
  })
  expect(Object.keys(found)).toEqual(['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'])
  for (const value of Object.values(found)) expect(value).toBeGreaterThanOrEqual(0)
  expect(found.max).toBeGreaterThanOrEqual(found.min)
  expect([...probe.collections()]).toEqual([])
})

it('counts what keeps the loop alive, also when it is none any more', async () => {
  const rounds = groupRounds(runtime, machineTree({}).roots)
  const timer = setTimeout(() => undefined, 60_000)
  const timers = 'v8js.resource.active{v8js.resource.type=Timeout}'
  const before = (await rounds.next())[timers]
  clearTimeout(timer)
  const after = (await rounds.next())[timers]
  expect([before, after]).toEqual([before, (before ?? 0) - 1])
})
