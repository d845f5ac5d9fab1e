import { describe, expect, it } from 'vitest'
import { parseLocks } from './locks.ts'
import { NetStatReader } from './netstat.ts'
import { parseProcessState } from './process-state.ts'
import { parseSockStat } from './sockstat.ts'
import { TcpStateCounter, tcpStates } from './tcp-states.ts'

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n'

function tcpLine(number: number, state: string, address = '0100007F'): string {
  return `${String(number).padStart(4)}: ${address}:1F90 ${address}:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n`
}

function counted(text: string, pieceBytes = 4096): Readonly<Record<string, number>> {
  const counter = new TcpStateCounter('net/tcp')
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) counter.add(bytes.subarray(at, at + pieceBytes))
  return Object.fromEntries([...counter.end()].filter(([, count]) => count > 0))
}

describe('states of sockets', () => {
  it('has every state of the kernel', () => {
    const all = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '0A', '0B']
    const text = heading + all.map((state, at) => tcpLine(at, state)).join('')
    expect(counted(text)).toEqual(Object.fromEntries(tcpStates.map((state) => [state, 1])))
  })

  it.each([1, 7, 64, 4096, 1 << 20])('counts in pieces of %i bytes', (pieceBytes) => {
    const v6 = '00000000000000000000000001000000'
    const text = `${heading}${tcpLine(0, '0A', v6)}${tcpLine(9999, '01')}${tcpLine(123_456, '0C')}${tcpLine(1, '01')}`
    expect(counted(text, pieceBytes)).toEqual({ listen: 1, established: 2, syn_received: 1 })
  })

  it('counts none where there is but a heading', () => {
    expect(counted(heading)).toEqual({})
  })

  it.each([
    '',
    '\n',
    `${tcpLine(0, '01')}${tcpLine(1, '01')}`,
    `${heading}   0: 0100007F:1F90 0100`,
    `${heading}   0: a b\n`,
    `${heading}${tcpLine(0, '00')}`,
    `${heading}${tcpLine(0, '0D')}`,
    `${heading}\u0000\u0001\n`,
  ])('refuses %j', (text) => {
    expect(() => counted(text)).toThrow(/^net\/tcp: /)
  })
})

it('parses sockstat', () => {
  const text = 'sockets: used 59\nTCP: inuse 4 orphan 0 tw 7 alloc 12 mem 58\nUDP: inuse 0 mem 0\n'
  expect(Object.fromEntries(parseSockStat('sockstat', Buffer.from(text)))).toEqual({
    'sockets.used': 59,
    'TCP.inuse': 4,
    'TCP.orphan': 0,
    'TCP.tw': 7,
    'TCP.alloc': 12,
    'TCP.mem': 58,
    'UDP.inuse': 0,
    'UDP.mem': 0,
  })
  expect(() => parseSockStat('sockstat', Buffer.from('TCP: inuse'))).toThrow(/^sockstat: /)
})

function snmp(sent: number): Buffer {
  return Buffer.from(`Tcp: MaxConn RetransSegs\nTcp: -1 ${sent}\nIp: Forwarding\nIp: 1\nUdp: NoPorts\nUdp: 3\n`)
}

it('reads names above numbers', () => {
  const reader = new NetStatReader('net/snmp', ['Tcp.MaxConn', 'Tcp.RetransSegs', 'Udp.NoPorts', 'Udp.Other'])
  for (const sent of [4998, 4999]) {
    expect(Object.fromEntries(reader.read(snmp(sent)))).toEqual({
      'Tcp.MaxConn': -1,
      'Tcp.RetransSegs': sent,
      'Udp.NoPorts': 3,
    })
  }
})

it.each(['Tcp: A B\nTcp: 1\n', 'Tcp: B\nUdp: 1\n', 'Tcp: B\nTcp: x\n', 'Tcp: B\n\n', '\u0000\n\u0001\n'])(
  'refuses names above numbers as in %j',
  (text) => {
    expect(() => new NetStatReader('net/snmp', ['Tcp.B']).read(Buffer.from(text))).toThrow(/^net\/snmp: /)
  },
)

it('parses locks, without those that wait', () => {
  const text = [
    '1: POSIX  ADVISORY  WRITE 24654 fe:00:9988080 0 EOF',
    '1: -> POSIX  ADVISORY  WRITE 24655 fe:00:9988080 0 EOF',
    '2: FLOCK  ADVISORY  READ 24654 08:01:5 0 EOF',
    '3: LEASE  ACTIVE    UNLCK 5 <none>:0 0 EOF',
    '4: FLOCK  MSNFS     NONE  7 08:01:6 0 EOF',
    '5: OFDLCK ADVISORY  SOON 7 08:01:6 0 EOF',
  ]
  expect(parseLocks(Buffer.from(text.join('\n')))).toEqual([
    { mechanism: 'POSIX', mode: 'ADVISORY', type: 'write', device: 'fe:00' },
    { mechanism: 'FLOCK', mode: 'ADVISORY', type: 'read', device: '08:01' },
    { mechanism: 'LEASE', mode: 'ACTIVE', type: 'unlock', device: '' },
    { mechanism: 'FLOCK', mode: 'MSNFS', type: 'other', device: '08:01' },
    { mechanism: 'OFDLCK', mode: 'ADVISORY', type: 'other', device: '08:01' },
  ])
  expect(() => parseLocks(Buffer.from('1: POSIX  ADVISORY  WRI'))).toThrow(/^locks: /)
})

it.each([
  ['1 (init) S 0 1', 'sleeping'],
  ['2 (a) R b) D 0', 'sleeping'],
  ['3 (x\n) R) R 1', 'running'],
  ['4 (t) t 1', 'stopped'],
  ['5 (z) Z 1', 'defunct'],
  ['6 (kworker/0:0) I 1', 'sleeping'],
  ['7 (gone) X 1', undefined],
])('%j is %s', (stat, state) => {
  expect(parseProcessState(Buffer.from(stat))).toBe(state)
})

it.each(['', '1 (a', '1 (a) ', '1 (a) ? 1'])('refuses the process %j', (stat) => {
  expect(() => parseProcessState(Buffer.from(stat))).toThrow(/^PID\/stat: /)
})
