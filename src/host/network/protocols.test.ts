import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
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

const udp = (inErrors: number, full: number): string =>
  `Udp: InDatagrams InErrors RcvbufErrors\nUdp: 1 ${inErrors} ${full}\n`
const tcp = (drops: number, overflows: number): string =>
  `TcpExt: ListenOverflows ListenDrops\nTcpExt: ${overflows} ${drops}\n`

it('counts each error once, though the kernel counts some within others', async () => {
  const { roots, write } = machineTree({
    ...stat,
    'proc/1/net/snmp': udp(10, 7),
    'proc/1/net/netstat': tcp(9, 4),
    'proc/1/net/snmp6': 'Udp6InErrors 6\nUdp6RcvbufErrors 6\n',
  })
  const rounds = groupRounds(protocols, roots)
  const of = 'hostvitals.network.udp.errors{error.type='
  expect(await rounds.next()).toMatchObject({
    [`${of}bad_datagram,network.type=ipv4}`]: 3,
    [`${of}receive_buffer,network.type=ipv4}`]: 7,
    [`${of}bad_datagram,network.type=ipv6}`]: 0,
    [`${of}receive_buffer,network.type=ipv6}`]: 6,
    'hostvitals.network.tcp.errors{error.type=listen_drop}': 5,
    'hostvitals.network.tcp.errors{error.type=listen_overflow}': 4,
  })
  // The part is counted a moment before the whole.
  write({ 'proc/1/net/snmp': udp(10, 8), 'proc/1/net/netstat': tcp(9, 5) })
  const samples = await rounds.nextSamples()
  for (const [type, value] of [
    ['bad_datagram', 3],
    ['listen_drop', 5],
  ] as const) {
    const sample = samples.find(({ series }) => series.attributes['error.type'] === type)
    expect(sample).toMatchObject({ value, startTimeMs: 100_000 })
  }
  write({ 'proc/1/net/snmp': udp(2, 1) })
  const anew = (await rounds.nextSamples()).find(({ series }) => series.attributes['error.type'] === 'bad_datagram')
  expect(anew).toMatchObject({ value: 1, startTimeMs: 1_001_001 })
})

it('says time-outs and repeated openings apart, since one may be both', async () => {
  const { roots } = machineTree({ ...stat, 'proc/1/net/netstat': 'TcpExt: TCPTimeouts TCPSynRetrans\nTcpExt: 3 2\n' })
  expect(await groupRounds(protocols, roots).next()).toEqual({
    'hostvitals.network.tcp.timeouts': 3,
    'hostvitals.network.tcp.syn_retransmits': 2,
  })
})
