import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { defineGroup } from './group.ts'
import type { Definition } from './definition.ts'

const level: Definition = { name: 'hostvitals.level', unit: '1', kind: 'gauge', description: 'a level', source: 'test' }

it('a group gives back what it holds open, and is asked on afterwards', async () => {
  const log: string[] = []
  const group = defineGroup({
    name: 'test',
    about: 'A test.',
    metrics: [level],
    defaults: {},
    sentences: {},
    open: (_options, onClose) => {
      onClose(() => log.push('close'))
      return (round) => {
        log.push('read')
        round.put(level, log.length)
      }
    },
  })
  const { next } = groupRounds(group, machineTree({}).roots)
  expect(await next()).toEqual({ 'hostvitals.level': 1 })
  expect(await next()).toEqual({ 'hostvitals.level': 3 })
  expect(log).toEqual(['read', 'close', 'read', 'close'])
})
