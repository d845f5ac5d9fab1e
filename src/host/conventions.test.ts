import { expect, it } from 'vitest'
import type { Kind } from '../metric/sample.ts'
import { groups } from './index.ts'
import { notMeasured } from './left-out.ts'

/** Metrics of the semantic conventions 1.44 and de-facto names: unit, then names; `{a,b}` stands for either. */
const conventions: readonly (readonly [kind: Kind, unit: string, ...names: readonly string[]])[] = [
  ['gauge', 's', 'system.uptime', 'process.uptime', 'container.uptime', 'nodejs.eventloop.delay.{min,max,mean,stddev}'],
  ['gauge', 's', 'nodejs.eventloop.delay.{p50,p90,p99}', 'hw.battery.time_left'],
  ['updowncounter', '{cpu}', 'system.cpu.{physical,logical}.count'],
  ['counter', 's', '{system,process,container}.cpu.time', 'system.disk.{operation_time,io_time,weighted_io_time}'],
  ['counter', 's', 'nodejs.eventloop.time'],
  ['gauge', '1', 'system.cpu.utilization', 'system.memory.{utilization,linux.hugepages.utilization}'],
  ['gauge', '1', 'system.{paging,filesystem}.utilization', 'process.{cpu,memory}.utilization'],
  ['gauge', '1', 'nodejs.eventloop.utilization', 'hw.battery.charge', 'hw.fan.speed_ratio', 'hw.gpu.utilization'],
  ['gauge', 'Hz', 'system.cpu.frequency', 'hw.cpu.speed'],
  ['gauge', '{thread}', 'system.cpu.load_average.{1m,5m,15m}'],
  ['updowncounter', 'By', 'system.memory.{usage,limit,linux.available,linux.shared,linux.slab.usage}'],
  ['updowncounter', 'By', 'system.memory.linux.hugepages.page_size', 'system.{paging,filesystem}.usage'],
  ['updowncounter', 'By', 'system.{disk,filesystem}.limit', 'process.memory.{usage,virtual}'],
  ['updowncounter', 'By', 'container.memory.{usage,available,rss,working_set}'],
  ['updowncounter', 'By', 'container.filesystem.{usage,available,capacity}', 'hw.gpu.memory.{usage,limit}'],
  ['updowncounter', 'By', 'v8js.memory.heap.{used,space.size,space.available_size,space.physical_size}'],
  ['updowncounter', '{page}', 'system.memory.linux.hugepages.{limit,reserved,surplus,usage}'],
  ['counter', '{fault}', '{system,process,container}.paging.faults'],
  ['counter', '{operation}', 'system.paging.operations', 'system.disk.{operations,merged}', 'process.disk.operations'],
  ['counter', 'By', '{system,process,container}.disk.io', '{system,process,container}.network.io'],
  ['counter', '{packet}', 'system.network.packet.{count,dropped}'],
  ['counter', '{error}', 'system.network.errors'],
  ['updowncounter', '{connection}', 'system.network.connection.count'],
  ['updowncounter', '{lock}', 'system.filesystem.lock.count'],
  ['updowncounter', '{inode}', 'system.filesystem.inodes.usage'],
  ['updowncounter', '{operation}', 'system.disk.pending_operations'],
  ['updowncounter', '{process}', 'system.process.count'],
  ['counter', '{process}', 'system.process.created'],
  ['updowncounter', '{thread}', 'system.process.limit', 'process.thread.count'],
  ['updowncounter', '{file_descriptor}', 'process.unix.file_descriptor.count'],
  ['counter', '{context_switch}', 'process.context_switches'],
  ['updowncounter', '{signal}', 'process.signals_pending'],
  ['gauge', '{cpu}', 'container.cpu.usage'],
  ['histogram', 's', 'v8js.gc.duration'],
  ['gauge', '{resource}', 'v8js.resource.active'],
  ['gauge', 'Cel', 'hw.temperature', 'hw.temperature.limit'],
  ['gauge', 'rpm', 'hw.fan.speed'],
  ['gauge', 'V', 'hw.voltage'],
  ['gauge', 'W', 'hw.power'],
  ['counter', 'J', 'hw.energy'],
  ['updowncounter', '1', 'hw.network.up', 'hw.status'],
  ['updowncounter', 'By/s', 'hw.network.bandwidth.limit'],
  ['updowncounter', 'By', 'hw.physical_disk.{size}'],
  ['counter', '{error}', 'hw.errors'],
]

/** `a.{b,c}` is `a.b` and `a.c`. */
function spelledOut(name: string): readonly string[] {
  const [, before = '', choices, after = ''] = /^(.*?)\{(.*?)\}(.*)$/.exec(name) ?? []
  return choices === undefined ? [name] : choices.split(',').flatMap((each) => spelledOut(before + each + after))
}

const expected = conventions.flatMap(([kind, unit, ...names]) =>
  names.flatMap(spelledOut).map((name) => ({ name, kind, unit })),
)
const definitions = groups.flatMap(({ metrics }) => metrics)
const leftOut = notMeasured.flatMap(({ what }) => [...what.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))

it.each(expected)('$name is measured as a $kind in $unit, or it is said why not', ({ name, kind, unit }) => {
  const found = definitions.filter((each) => each.name === name)
  const isLeftOut = leftOut.some((each) => (each.endsWith('.*') ? name.startsWith(each.slice(0, -1)) : name === each))
  expect(found.length > 0).toBe(!isLeftOut)
  for (const each of found) expect(each).toMatchObject({ kind, unit })
})

it('what is not of the conventions has a name of our own', () => {
  const known = new Set(expected.map(({ name }) => name))
  const others = definitions.map(({ name }) => name).filter((name) => !known.has(name))
  // Those of NFS are the conventions' too, one name for each counter of the kernel.
  expect(others.filter((name) => !/^(?:hostvitals|nfs)\./.test(name))).toEqual([])
})
