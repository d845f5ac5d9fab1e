import { expect, it } from 'vitest'
import { findTargets } from './find-targets.ts'
import type { Target } from './find-targets.ts'

function target(kind: Target['kind'], name: string, detail = ''): Target {
  return { kind, id: name, name, detail }
}

const targets = [
  target('page', 'Hosts'),
  target('host', 'old-web-1', 'site=paris'),
  target('host', 'web-10', 'site=berlin'),
  target('host', 'web-1', 'site=berlin'),
  target('metric', 'system.cpu.utilization', 'How busy'),
  target('metric', 'mail.queue'),
]

function found(typed: string): readonly string[] {
  return findTargets(typed, targets).map(({ name }) => name)
}

it('puts the whole name first, then begins, then what is within', () => {
  expect(found('web-1')).toEqual(['web-1', 'web-10', 'old-web-1'])
  expect(found('QUEUE')).toEqual(['mail.queue'])
  expect(found('cpu')).toEqual(['system.cpu.utilization'])
})

it('finds by what stands beside a name, and by all words', () => {
  expect(found('berlin')).toEqual(['web-10', 'web-1'])
  expect(found('web paris')).toEqual(['old-web-1'])
  expect(found('web tokyo')).toEqual([])
})

it('begins with what there is, and never lists more than can be seen', () => {
  expect(found(' ')).toEqual(targets.map(({ name }) => name))
  const many = Array.from({ length: 1000 }, (_, at) => target('host', `web-${at}`))
  expect(findTargets('web', many)).toHaveLength(12)
})

it.each([
  [
    'memory',
    ['system.memory.usage', 'system.linux.memory.available', 'process.memory.usage', 'hostvitals.agent.memory.usage'],
  ],
  ['usage', ['system.memory.usage', 'process.memory.usage', 'hostvitals.agent.memory.usage']],
  ['memory usage', ['system.memory.usage', 'process.memory.usage', 'hostvitals.agent.memory.usage']],
  ['net', ['system.network.io', 'hostvitals.subnet.network.io', 'system.subnet.size']],
  ['process', ['process.memory.usage', 'edge-process-1', 'system.process.count']],
])('puts first what a person most likely means by %s', (typed, names) => {
  const alike = [
    target('host', 'edge-process-1'),
    target('metric', 'hostvitals.agent.memory.usage'),
    target('metric', 'hostvitals.subnet.network.io'),
    target('metric', 'process.memory.usage'),
    target('metric', 'system.linux.memory.available'),
    target('metric', 'system.memory.usage'),
    target('metric', 'system.network.io'),
    target('metric', 'system.process.count'),
    target('metric', 'system.subnet.size'),
  ]
  expect(findTargets(typed, alike).map(({ name }) => name)).toEqual(names)
})
