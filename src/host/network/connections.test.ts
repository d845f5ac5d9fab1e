import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { connections } from './connections.ts'

/** A table of so many sockets in each state, by the kernel's number. */
function table(states: Readonly<Record<string, number>>): string {
  const lines = Object.entries(states).flatMap(([state, sockets]) =>
    Array.from(
      { length: sockets },
      (_, at) => `${String(at).padStart(4)}: 0100007F:1F90 00000000:0000 ${state} 0:0 00:0 0 0\n`,
    ),
  )
  return `  sl  local_address rem_address   st tx_queue\n${lines.join('')}`
}

function of(state: string): string {
  return `system.network.connection.count{network.connection.state=${state},network.transport=tcp}`
}

const udp = 'system.network.connection.count{network.transport=udp}'

it('counts connections by state, of both families', async () => {
  const { roots } = machineTree({
    'proc/1/net/tcp': table({ '0A': 3, '01': 2 }),
    'proc/1/net/tcp6': table({ '0A': 1, '06': 4 }),
    'proc/1/net/sockstat': 'sockets: used 9\nUDP: inuse 5 mem 0\n',
    'proc/1/net/sockstat6': 'UDP6: inuse 2\n',
  })
  const found = await groupRounds(connections, roots).next()
  expect(found).toMatchObject({
    [of('listen')]: 4,
    [of('established')]: 2,
    [of('time_wait')]: 4,
    [of('closed')]: 0,
    [udp]: 7,
  })
  expect(Object.keys(found)).toHaveLength(12)
})

it('does without IPv6 and without sockstat', async () => {
  const { roots } = machineTree({ 'proc/1/net/tcp': table({ '01': 1 }) })
  const found = await groupRounds(connections, roots).next()
  expect(found[of('established')]).toBe(1)
  expect(found).not.toHaveProperty([udp])
})

it('counts a hundred thousand', async () => {
  const { roots } = machineTree({ 'proc/1/net/tcp': table({ '01': 60_000, '06': 40_000 }) })
  expect(await groupRounds(connections, roots).next()).toMatchObject({
    [of('established')]: 60_000,
    [of('time_wait')]: 40_000,
  })
})

it('has nothing to say without any table, and fails where one is cut off', async () => {
  expect(await groupRounds(connections, machineTree({}).roots).next()).toEqual({})
  const { roots } = machineTree({ 'proc/1/net/tcp': table({ '01': 1 }).slice(0, -20) })
  await expect(groupRounds(connections, roots).next()).rejects.toThrow('net/tcp')
})
