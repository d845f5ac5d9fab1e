import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { protocols } from './protocols.ts'

const stat = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n' }
const snmp =
  'Ip: Forwarding\nIp: 1\nTcp: MaxConn ActiveOpens PassiveOpens InSegs OutSegs RetransSegs\nTcp: -1 10 20 300 400 5\nUdp: InDatagrams NoPorts\nUdp: 7 8\n'

it('says what the kernel says', async () => {
  const { roots } = machineTree({
    ...stat,
    'proc/1/net/snmp': snmp,
    'proc/1/net/netstat': 'TcpExt: SyncookiesSent ListenOverflows\nTcpExt: 1 2\n',
    'proc/1/net/snmp6': 'Ip6InReceives                   \t9\nUdp6InDatagrams                 \t11\n',
  })
  const rounds = groupRounds(protocols, roots)
  expect(await rounds.next()).toEqual({
    'hostvitals.network.tcp.opened{hostvitals.tcp.opening=active}': 10,
    'hostvitals.network.tcp.opened{hostvitals.tcp.opening=passive}': 20,
    'hostvitals.network.tcp.segments{network.io.direction=receive}': 300,
    'hostvitals.network.tcp.segments{network.io.direction=transmit}': 400,
    'hostvitals.network.tcp.retransmits': 5,
    'hostvitals.network.tcp.errors{error.type=listen_overflow}': 2,
    'hostvitals.network.tcp.syncookies{hostvitals.tcp.syncookie=sent}': 1,
    'hostvitals.network.udp.datagrams{network.io.direction=receive,network.type=ipv4}': 7,
    'hostvitals.network.udp.datagrams{network.io.direction=receive,network.type=ipv6}': 11,
    'hostvitals.network.udp.errors{error.type=no_port,network.type=ipv4}': 8,
  })
  expect((await rounds.nextSamples())[0]).toMatchObject({ startTimeMs: 100_000 })
})

it('has nothing to say without the files, and fails where one is cut off', async () => {
  expect(await groupRounds(protocols, machineTree(stat).roots).next()).toEqual({})
  const { roots } = machineTree({ ...stat, 'proc/1/net/snmp': snmp.slice(0, -4) })
  await expect(groupRounds(protocols, roots).next()).rejects.toThrow('net/snmp')
})
