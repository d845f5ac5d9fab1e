import { expect, it } from 'vitest'
import type { Attributes } from '../../metric/sample.ts'
import { columnsOf } from './host-columns.ts'

const metrics = new Map([
  [
    'system.network.io',
    {
      name: 'system.network.io',
      kind: 'counter' as const,
      unit: 'By',
      description: null,
      series: new Map<number, Attributes>(),
    },
  ],
])

it.each([
  ['receive', 'eth0', ['receive']],
  ['transmit', 'eth0', ['transmit']],
  ['receive', 'lo', []],
  ['transmit', 'lo', []],
  ['receive', 'lower0', ['receive']],
])('counts %s of %s in these columns of the network', (direction, name, ids) => {
  const attributes = { 'network.io.direction': direction, 'network.interface.name': name }
  const columns = columnsOf(metrics, []).filter(({ isOf }) => isOf(attributes))
  expect(columns.map(({ id }) => id)).toEqual(ids)
})
