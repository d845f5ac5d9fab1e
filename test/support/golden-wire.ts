// What version 1 writes, by input that never changes: node test/support/golden-wire.ts > src/wire/golden/v1.json
// Only for a new version of the format, in a new file: a released file is never written again.
import type { Note } from '../../src/metric/record.ts'
import type { Sample } from '../../src/metric/sample.ts'
import { RecordDecoder } from '../../src/wire/decode.ts'
import { RecordEncoder, type WireResource } from '../../src/wire/encode.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'

/** A message on the topic and what it says, as JSON. */
export interface GoldenMessage {
  readonly what: string
  /** Hexadecimal. */
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
  /** As `plainly` tells a decoded record. */
  readonly decoded: object
}

const timeMs = 1_795_492_440_368
const resource: WireResource = {
  agentUid: '00112233-4455-6677-8899-aabbccddeeff',
  name: 'web-1',
  version: '0.1.0',
  labels: { site: 'berlin', straße: 'Ä😀' },
  resource: { 'host.arch': 'amd64', 'host.id': '6f1c2a4e-0000-4000-8000-00000000000a', 'os.type': 'linux' },
  intervalMs: 10_000,
  startedAtMs: timeMs - 3_600_000,
  bootedAtMs: timeMs - 86_400_000,
  replacesUid: 'ffeeddcc-bbaa-9988-7766-554433221100',
}
const startTimeMs = timeMs - 86_400_000
const attributes = {
  text: 'ü',
  whole: 7,
  negative: -7,
  fraction: 0.5,
  yes: true,
  none: null,
  list: ['a', 1],
  deep: { a: [] },
}
const numbers: readonly Sample[] = [
  {
    series: { name: 'system.cpu.time', unit: 's', kind: 'counter', attributes: { 'cpu.mode': 'user' } },
    value: 12.5,
    startTimeMs,
  },
  {
    series: { name: 'system.cpu.time', unit: 's', kind: 'counter', attributes: { 'cpu.mode': 'idle' } },
    value: 1e9,
    startTimeMs,
  },
  {
    series: { name: 'system.disk.io', unit: 'By', kind: 'counter', attributes: {}, integer: true },
    value: 2 ** 53 - 1,
    startTimeMs,
  },
  {
    series: { name: 'system.memory.usage', unit: 'By', kind: 'updowncounter', attributes: {}, integer: true },
    value: -1,
  },
  {
    series: { name: 'a.gauge', unit: '', kind: 'gauge', attributes, description: 'Every kind of attribute.' },
    value: -0.1,
  },
]
const histogram = {
  scale: 3,
  count: 306,
  sum: 1.25,
  min: 0.1,
  max: 0.5,
  zeroCount: 1,
  offset: -27,
  counts: [1, 0, 300, 4],
}
const histograms: readonly Sample[] = [
  {
    series: { name: 'api.health', unit: 's', kind: 'histogram', attributes: { route: '/' } },
    histogram,
    startTimeMs: timeMs - 10_000,
  },
  {
    series: { name: 'api.idle', unit: 's', kind: 'histogram', attributes: {} },
    histogram: { scale: 20, count: 0, sum: 0, zeroCount: 0, offset: 0, counts: [] },
    startTimeMs: timeMs - 10_000,
  },
]
const note: Note = { run: 5n, fromSeq: 3, toSeq: 9, reason: 'full' }

/** Today's bytes of messages whose content never changes. */
export function goldenMessages(): readonly GoldenMessage[] {
  const encoder = new RecordEncoder(resource)
  const contents = [
    { what: 'numbers', value: encoder.encode(timeMs, numbers) },
    { what: 'histograms', value: encoder.encode(timeMs, histograms) },
    { what: 'nothing measured', value: encoder.encode(timeMs, []) },
    { what: 'tombstone', value: new Uint8Array(0), note },
    { what: 'end of a run', value: new Uint8Array(0), note: { ...note, fromSeq: 1, reason: 'run-ended' as const } },
  ]
  return contents.map(({ what, ...content }, index) => {
    const record = { agentUid: resource.agentUid, run: 0x7edcba9876543210n, seq: index + 1, ...content }
    const { key, headers, value } = encodeMessage(record, timeMs + 250.125)
    return {
      what,
      key: hexOf(key),
      headers: Object.fromEntries(Array.from(headers, ([name, bytes]) => [name, hexOf(bytes)])),
      value: hexOf(value),
      decoded: plainly(new RecordDecoder().decode({ key, headers, value, timestampMs: 0 })),
    }
  })
}

/** A value as JSON can hold it: bigints as text, typed arrays as lists. */
export function plainly(value: object): object {
  const text = JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return String(each)
    return each instanceof Float64Array ? Array.from(each) : each
  })
  // What was an object is one again.
  return JSON.parse(text) as object
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(goldenMessages(), undefined, 2)}\n`)
