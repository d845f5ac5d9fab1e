import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { sockets } from './sockets.ts'

const sockstat =
  'sockets: used 59\nTCP: inuse 4 orphan 1 tw 7 alloc 12 mem 58\nUDP: inuse 3 mem 2\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n'

const expected = {
  'hostvitals.socket.count': 59,
  'hostvitals.socket.in_use{network.transport=tcp,network.type=ipv4}': 4,
  'hostvitals.socket.in_use{network.transport=udp,network.type=ipv4}': 3,
  'hostvitals.socket.tcp.orphaned': 1,
  'hostvitals.socket.tcp.time_wait': 7,
  'hostvitals.socket.tcp.allocated': 12,
  'hostvitals.socket.memory{network.transport=tcp}': 58,
  'hostvitals.socket.memory{network.transport=udp}': 2,
}

it('says what sockets there are', async () => {
  const { roots, write } = machineTree({ 'proc/1/net/sockstat': sockstat })
  const rounds = groupRounds(sockets, roots)
  expect(await rounds.next()).toEqual(expected)
  write({ 'proc/1/net/sockstat6': 'TCP6: inuse 8\nUDP6: inuse 0\n' })
  expect(await rounds.next()).toEqual({
    ...expected,
    'hostvitals.socket.in_use{network.transport=tcp,network.type=ipv6}': 8,
    'hostvitals.socket.in_use{network.transport=udp,network.type=ipv6}': 0,
  })
})

it('says of the host, not of the container, what its firewall follows', async () => {
  const { roots, write } = machineTree({
    'proc/sys/net/netfilter/nf_conntrack_max': '262144\n',
    'proc/sys/net/netfilter/nf_conntrack_count': '5\n',
  })
  const rounds = groupRounds(sockets, roots)
  expect(await rounds.next()).toEqual({})
  write({ 'proc/1/net/stat/nf_conntrack': 'entries  clashres found\n0000012c  00000000 00000001\n0000012c  0 0\n' })
  expect(await rounds.next()).toEqual({ 'hostvitals.conntrack.usage': 300, 'hostvitals.conntrack.limit': 262_144 })
})

it('has nothing to say without the files, and fails where one is cut off', async () => {
  expect(await groupRounds(sockets, machineTree({}).roots).next()).toEqual({})
  const { roots } = machineTree({ 'proc/1/net/sockstat': 'sockets: used' })
  await expect(groupRounds(sockets, roots).next()).rejects.toThrow('net/sockstat')
})
