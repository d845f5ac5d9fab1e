import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import type { ArrivedRecord } from '../../src/metric/record.ts'
import { crc32c } from '../../src/runtime/crc32c.ts'
import { consumerNowMs, foreignRecord, gaugeOf, TestAgent, timerOf } from './arrived-records.ts'

/** The seed of every run of the fuzzer, unless FUZZ_SEED says another; printed by fast-check where a run fails. */
export const fuzz = { seed: Number(process.env['FUZZ_SEED'] ?? 20_261_124) } as const

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.of(...bytes, Number(rest))
}

/** A length-delimited field. */
function field(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(body.length)), body])
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return Buffer.concat([varint(BigInt(number * 8 + 1)), bytes])
}

function varintField(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number * 8)), varint(value)])
}

function pair(key: string, value: Uint8Array): Buffer {
  return Buffer.concat([field(1, Buffer.from(key)), field(2, value)])
}

const hostName = field(1, pair('host.name', field(1, Buffer.from('far'))))
const nowNs = BigInt(consumerNowMs - 60_000) * 1_000_000n
const one = Buffer.concat([varint(33n), Buffer.from('000000000000f03f', 'hex')])

function message(...metrics: readonly Uint8Array[]): Buffer {
  return field(1, field(1, hostName), field(2, ...metrics.map((each) => field(2, each))))
}

function gauge(name: Uint8Array, ...points: readonly Uint8Array[]): Buffer {
  return Buffer.concat([field(1, name), field(5, ...points.map((each) => field(1, each)))])
}

function point(...more: readonly Uint8Array[]): Buffer {
  return Buffer.concat([fixed64(3, nowNs), one, ...more])
}

const load = Buffer.from('load')

/** A message of one gauge's one point with these further fields. */
function gaugeWith(...more: readonly Uint8Array[]): Buffer {
  return message(gauge(load, point(...more)))
}

/** Lists (5) or lists of pairs (6) inside each other. */
function nested(kind: 5 | 6, levels: number): Buffer {
  const heads: Buffer[] = []
  let length = 0
  for (let level = 0; level < levels; level++) {
    for (const number of kind === 5 ? [1, 5] : [2, 1, 6]) {
      const head = Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(length))])
      heads.push(head)
      length += head.length
    }
  }
  return Buffer.concat(heads.toReversed())
}

function histogram(...fields: readonly Uint8Array[]): Buffer {
  const inner = Buffer.concat([fixed64(2, nowNs), fixed64(3, nowNs), ...fields])
  return message(Buffer.concat([field(1, load), field(10, field(1, inner), varintField(2, 1n))]))
}

function manyAttributes(count: number): Buffer {
  const attribute = field(7, field(1, Buffer.from('k')))
  return Buffer.concat(Array.from({ length: count }, () => attribute))
}

/** Values that no consumer can keep, by what is wrong with them. Each is a dead letter, as a foreign record and as one of ours. */
export const poisonValues: Readonly<Record<string, () => Uint8Array>> = {
  'bytes at random': () => Buffer.from('c0ffee00deadbeef', 'hex'),
  'a giant length': () => Buffer.from('0affffffff0f', 'hex'),
  'a varint of eleven bytes': () => Buffer.concat([Buffer.of(0x0a), Buffer.alloc(11, 0xff)]),
  'a group': () => Buffer.from('0b0c', 'hex'),
  'field number 0': () => Buffer.from('0200', 'hex'),
  'wire type 7': () => Buffer.from('0f00', 'hex'),
  'an attribute of 2^63': () => gaugeWith(field(7, pair('k', varintField(3, 2n ** 63n)))),
  'a lone surrogate': () => gaugeWith(field(7, pair('k', field(1, Buffer.from('eda080', 'hex'))))),
  'overlong UTF-8': () => message(gauge(Buffer.from('c0af', 'hex'), point())),
  'a million attributes': () => gaugeWith(manyAttributes(1_000_000)),
  'sixty-five attributes': () => gaugeWith(manyAttributes(65)),
  'lists nested 100 000 deep': () => gaugeWith(field(7, pair('k', nested(5, 100_000)))),
  'pairs nested 100 000 deep': () => gaugeWith(field(7, pair('k', nested(6, 100_000)))),
  'lists nested 300 deep': () => gaugeWith(field(7, pair('k', nested(5, 300)))),
  'an attribute of 2 KiB': () => gaugeWith(field(7, pair('k', field(1, Buffer.alloc(2048, 'x'))))),
  'a name of 256 characters': () => message(gauge(Buffer.alloc(256, 'n'), point())),
  'no name': () => message(gauge(Buffer.alloc(0), point())),
  'a time in the year 2554': () => message(gauge(load, Buffer.concat([fixed64(3, 2n ** 64n - 1n), one]))),
  'a time two hours ahead': () =>
    message(gauge(load, Buffer.concat([fixed64(3, BigInt(consumerNowMs + 7_200_000) * 1_000_000n), one]))),
  'two values of one series': () =>
    message(gauge(load, point(), Buffer.concat([fixed64(3, nowNs), Buffer.from('210000000000000040', 'hex')]))),
  'a histogram that counts to 2^63': () => histogram(fixed64(4, 2n ** 63n)),
  'a histogram with a scale beyond 32 bits': () => histogram(fixed64(4, 1n), varintField(6, 2n ** 40n)),
  'a bucket of 2^63': () => histogram(field(8, field(2, varint(2n ** 63n)))),
  'a million buckets': () => histogram(field(8, field(2, Buffer.alloc(1_000_000, 1)))),
  'more than a mebibyte': () => Buffer.concat([gaugeWith(), field(2, Buffer.alloc(1_048_576))]),
  'what gzip packed': () => gzipSync(Buffer.alloc(8_000_000)),
  'sixty thousand points': () => {
    const each = field(1, fixed64(3, nowNs))
    return message(Buffer.concat([field(1, load), field(5, Buffer.alloc(60_000 * each.length, each))]))
  },
}

/** Values that are odd and can be kept all the same. */
export const oddValues: Readonly<Record<string, () => Uint8Array>> = {
  'control characters in a name': () => message(gauge(Buffer.from('a\u0001b\u001b[31m\u007f\r\n'), point())),
  'NUL in a name and an attribute': () =>
    message(gauge(Buffer.from('n\0ul'), point(field(7, pair('k\0', field(1, Buffer.from('v\0'))))))),
  'one attribute twice': () => gaugeWith(...[1n, 2n].map((value) => field(7, pair('k', varintField(3, value))))),
  'an attribute without a value, and one without a name': () =>
    gaugeWith(field(7, field(1, Buffer.from('k'))), field(7, pair('', field(1, Buffer.from('v'))))),
  'a name like a member of every object': () =>
    message(gauge(Buffer.from('__proto__'), point(field(7, pair('__proto__', field(1, Buffer.from('v'))))))),
  'a whole number of 2^53 - 1': () =>
    message(gauge(load, Buffer.concat([fixed64(3, nowNs), fixed64(6, 2n ** 53n - 1n)]))),
  'a whole number of -2^63': () => message(gauge(load, Buffer.concat([fixed64(3, nowNs), fixed64(6, 2n ** 63n)]))),
  'a whole number of 2^53': () => message(gauge(load, Buffer.concat([fixed64(3, nowNs), fixed64(6, 2n ** 53n)]))),
  'no number at all': () => message(gauge(load, fixed64(3, nowNs))),
  'the least and the greatest double': () =>
    message(
      ...['0100000000000000', 'ffffffffffffef7f'].map((double, at) =>
        gauge(Buffer.from(`d${at}`), Buffer.concat([fixed64(3, nowNs), varint(33n), Buffer.from(double, 'hex')])),
      ),
    ),
  'a histogram whose counts do not agree': () =>
    histogram(fixed64(4, 3n), fixed64(7, 9n), field(8, varintField(1, 5n), field(2, Buffer.of(1, 2, 3)))),
  'a histogram with an offset at the end of 32 bits': () =>
    histogram(fixed64(4, 1n), field(8, varintField(1, 2n ** 32n - 1n), field(2, Buffer.of(1)))),
  'a histogram of 50 000 buckets': () => histogram(fixed64(4, 1n), field(8, field(2, Buffer.alloc(50_000, 1)))),
  'an empty histogram': () => histogram(),
  'the time 0': () => message(gauge(load, one)),
  'a metric without points, and one without data': () => message(gauge(load), field(1, load), gauge(load, point())),
  'two resources': () => Buffer.concat([gaugeWith(), field(1, field(1, field(1, pair('host.name', field(1, load)))))]),
}

/** The value as a record of ours: with an identity, the right checksum and the right key. */
export function asOurs(agent: TestAgent, seq: number, value: Uint8Array): ArrivedRecord {
  return agent.poison(seq, value)
}

/** The value as a record of another agent. */
export function asForeign(value: Uint8Array): ArrivedRecord {
  return { key: undefined, headers: new Map(), value, timestampMs: consumerNowMs }
}

/** A record with its identity's header changed: what is wrong with it → the record. */
export function wrongHeaders(agent: TestAgent): Readonly<Record<string, ArrivedRecord>> {
  function changed(seq: number, change: (header: Buffer) => number | Buffer): ArrivedRecord {
    const record = agent.record(seq)
    const header = Buffer.from(record.headers.get('hostvitals') ?? [])
    const result = change(header)
    const bytes: Uint8Array = typeof result === 'number' ? header : result
    return { ...record, headers: new Map<string, Uint8Array>([...record.headers, ['hostvitals', bytes]]) }
  }
  return {
    'a wrong checksum': changed(901, (header) => header.writeUInt32BE(crc32c(Buffer.of(1)), 41)),
    'version 9': changed(902, (header) => header.writeUInt8(9, 0)),
    'run 2^63': changed(903, (header) => header.writeBigUInt64BE(2n ** 63n, 17)),
    'seq 0': changed(904, (header) => header.writeBigUInt64BE(0n, 25)),
    'seq 2^64-1': changed(905, (header) => header.writeBigUInt64BE(2n ** 64n - 1n, 25)),
    'sent in the year 586524': changed(906, (header) => header.writeBigUInt64BE(2n ** 64n - 1n, 33)),
    'no bytes in it': changed(907, () => Buffer.alloc(0)),
    'one byte too many': changed(908, (header) => Buffer.concat([header, Buffer.of(0)])),
  }
}

/** Bytes that some agent once wrote: ours of released versions, and what was captured of others. */
function capturedValues(): readonly Uint8Array[] {
  const agent = new TestAgent()
  const ours = [
    agent.record(1).value,
    agent.record(2, consumerNowMs, [timerOf('api', consumerNowMs), gaugeOf('load', 1, { a: ['x', { y: 1 }] })]).value,
    foreignRecord('far', 3).value,
  ]
  const path = join(import.meta.dirname, '../fixtures/wire/otlp_metrics.jsonl')
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(0, 5)
  const captured = lines.flatMap((line) => {
    const each: unknown = JSON.parse(line)
    const value: unknown = typeof each === 'object' && each !== null ? Reflect.get(each, 'value') : undefined
    return typeof value === 'string' ? [Buffer.from(value, 'base64')] : []
  })
  return [...ours, ...captured]
}

/** What a value may become on a bad day: bits turned, cut off, parts of another spliced in, or nothing it ever was. */
export const anyValue: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...capturedValues()),
        fc.constantFrom(...capturedValues()),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.option(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { freq: 2 }),
        fc.option(fc.nat(), { freq: 3 }),
      )
      .map(([one, other, bytes, splice, cut]) => {
        let value = Buffer.from(one)
        for (const [at, byte] of bytes) if (value.length > 0) value.writeUInt8(byte, at % value.length)
        if (splice !== null) {
          const [at, from, length] = splice.map((each) => each % (other.length + 1))
          const part = other.subarray(from, (from ?? 0) + (length ?? 0))
          value = Buffer.concat([value.subarray(0, at), part, value.subarray(at)])
        }
        return cut === null ? value : value.subarray(0, cut % (value.length + 1))
      }),
  },
)
