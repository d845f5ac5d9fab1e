import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import { parseKeyValues } from '../proc/key-values.ts'
import { NetStatReader } from '../proc/netstat.ts'

/** One number of the kernel: its section and name, and the attributes that it has among those of its metric. */
interface Field {
  readonly metric: Definition
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Number of the same file that the kernel counts within it. */
  readonly part?: string | undefined
}

// udp_queue_rcv_one_skb counts a full buffer as an error too, tcp_conn_request an overflow as a drop.
const partOf: Readonly<Record<string, string>> = {
  'Udp.InErrors': 'Udp.RcvbufErrors',
  Udp6InErrors: 'Udp6RcvbufErrors',
  'TcpExt.ListenDrops': 'TcpExt.ListenOverflows',
}

function metric(
  what: string,
  unit: string,
  description: string,
  keys?: Definition['attributes'],
): Omit<Definition, 'source'> {
  const attributes = keys === undefined ? {} : { attributes: keys }
  return { name: `hostvitals.network.${what}`, unit, kind: 'counter', integer: true, description, ...attributes }
}

/** A metric whose numbers are these fields, each with its attributes. */
function fields(
  base: Omit<Definition, 'source'>,
  names: Readonly<Record<string, Field['attributes']>>,
): readonly Field[] {
  const terms = Object.keys(names).map((name) => (partOf[name] === undefined ? name : `${name} − ${partOf[name]}`))
  const source = `/proc/PID/net/snmp, netstat and snmp6: ${terms.join(', ')}`
  const whole: Definition = { ...base, source }
  return Object.entries(names).map(([name, attributes]) => ({ metric: whole, name, attributes, part: partOf[name] }))
}

const receive = { 'network.io.direction': 'receive' }
const transmit = { 'network.io.direction': 'transmit' }
const ofDirection = { 'network.io.direction': 'receive, transmit' }
const v4 = { 'network.type': 'ipv4' }
const v6 = { 'network.type': 'ipv6' }
const error = (type: string): Field['attributes'] => ({ 'error.type': type })

const all: readonly Field[] = [
  ...fields(
    metric('tcp.opened', '{connection}', 'Connections opened by us (active) and by others (passive)', {
      'hostvitals.tcp.opening': 'active, passive',
    }),
    {
      'Tcp.ActiveOpens': { 'hostvitals.tcp.opening': 'active' },
      'Tcp.PassiveOpens': { 'hostvitals.tcp.opening': 'passive' },
    },
  ),
  ...fields(metric('tcp.segments', '{segment}', 'Segments', ofDirection), {
    'Tcp.InSegs': receive,
    'Tcp.OutSegs': transmit,
  }),
  ...fields(metric('tcp.retransmits', '{segment}', 'Segments sent once more'), { 'Tcp.RetransSegs': {} }),
  ...fields(metric('tcp.resets_sent', '{segment}', 'Segments that refuse or break a connection'), {
    'Tcp.OutRsts': {},
  }),
  ...fields(metric('tcp.timeouts', '{timeout}', 'Times a segment was not acknowledged in time'), {
    'TcpExt.TCPTimeouts': {},
  }),
  ...fields(
    metric(
      'tcp.syn_retransmits',
      '{segment}',
      'Segments that open a connection and were sent once more; within tcp.retransmits',
    ),
    { 'TcpExt.TCPSynRetrans': {} },
  ),
  ...fields(
    metric('tcp.errors', '{error}', 'What went wrong with TCP', {
      'error.type': 'attempt_failed, reset, bad_segment, listen_overflow, listen_drop, receive_queue_drop',
    }),
    {
      'Tcp.AttemptFails': error('attempt_failed'),
      'Tcp.EstabResets': error('reset'),
      'Tcp.InErrs': error('bad_segment'),
      'TcpExt.ListenOverflows': error('listen_overflow'),
      'TcpExt.ListenDrops': error('listen_drop'),
      'TcpExt.TCPRcvQDrop': error('receive_queue_drop'),
    },
  ),
  ...fields(
    metric(
      'tcp.syncookies',
      '{packet}',
      'SYN cookies, which a full queue of half-open connections makes the kernel use',
      {
        'hostvitals.tcp.syncookie': 'sent, received, failed',
      },
    ),
    {
      'TcpExt.SyncookiesSent': { 'hostvitals.tcp.syncookie': 'sent' },
      'TcpExt.SyncookiesRecv': { 'hostvitals.tcp.syncookie': 'received' },
      'TcpExt.SyncookiesFailed': { 'hostvitals.tcp.syncookie': 'failed' },
    },
  ),
  ...fields(metric('udp.datagrams', '{datagram}', 'Datagrams', { ...ofDirection, 'network.type': 'ipv4, ipv6' }), {
    'Udp.InDatagrams': { ...receive, ...v4 },
    'Udp.OutDatagrams': { ...transmit, ...v4 },
    Udp6InDatagrams: { ...receive, ...v6 },
    Udp6OutDatagrams: { ...transmit, ...v6 },
  }),
  ...fields(
    metric('udp.errors', '{error}', 'Datagrams for nobody, broken ones, and those for which a buffer was full', {
      'error.type': 'no_port, bad_datagram, receive_buffer, send_buffer',
      'network.type': 'ipv4, ipv6',
    }),
    {
      'Udp.NoPorts': { ...error('no_port'), ...v4 },
      'Udp.InErrors': { ...error('bad_datagram'), ...v4 },
      'Udp.RcvbufErrors': { ...error('receive_buffer'), ...v4 },
      'Udp.SndbufErrors': { ...error('send_buffer'), ...v4 },
      Udp6NoPorts: { ...error('no_port'), ...v6 },
      Udp6InErrors: { ...error('bad_datagram'), ...v6 },
      Udp6RcvbufErrors: { ...error('receive_buffer'), ...v6 },
      Udp6SndbufErrors: { ...error('send_buffer'), ...v6 },
    },
  ),
]

const byName: ReadonlyMap<string, Field> = new Map(all.map((field) => [field.name, field]))
const names: readonly string[] = [...byName.keys()]

/** TCP and UDP. */
export const protocols: Group = defineGroup({
  name: 'protocols',
  about: 'TCP and UDP: connections, segments, and what went wrong.',
  metrics: [...new Set(all.map((field) => field.metric))],
  defaults: {},
  sentences: {},
  open: () => {
    const readers = ['snmp', 'netstat'].map((file) => {
      const reader = new NetStatReader(`net/${file}`, names)
      return { file, read: (bytes: Buffer) => reader.read(bytes) }
    })
    const rest = restOf()
    readers.push({ file: 'snmp6', read: (bytes) => parseKeyValues('net/snmp6', bytes) })
    return (round) => {
      for (const { file, read } of readers) {
        const bytes = round.optionalProc(`${round.viewer}/net/${file}`)
        if (bytes === undefined) continue
        const numbers = read(bytes)
        for (const [name, value] of numbers) {
          const field = byName.get(name)
          if (field === undefined) continue
          const own = field.part === undefined ? value : rest(name, value, numbers.get(field.part) ?? 0)
          round.subject(name, () => field.attributes).put(field.metric, own)
        }
      }
    }
  },
})

/**
 * What is left of a counter without its part. The kernel counts the part a moment before the whole, so what is left may seem to
 * fall: then it stays where it was, unless the whole fell too.
 */
function restOf(): (name: string, whole: number, part: number) => number {
  const former = new Map<string, { readonly whole: number; readonly rest: number }>()
  return (name, whole, part) => {
    const known = former.get(name)
    const least = known === undefined || whole < known.whole ? 0 : known.rest
    const rest = Math.max(least, whole - part)
    former.set(name, { whole, rest })
    return rest
  }
}
