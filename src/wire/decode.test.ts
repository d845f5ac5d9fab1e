import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArrivedRecord } from '../metric/record.ts'
import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { cutSamples } from './cut.ts'
import { RecordDecoder } from './decode.ts'
import { RecordEncoder, type WireResource } from './encode.ts'
import { encodeMessage } from './topic-message.ts'

const resource: WireResource = {
  agentUid: '00112233-4455-6677-8899-aabbccddeeff',
  name: 'web-1',
  version: '1.2.3',
  labels: { site: 'berlin' },
  resource: { 'host.arch': 'amd64' },
  intervalMs: 10_000,
  startedAtMs: 1_795_000_000_000,
  bootedAtMs: 1_790_000_000_000,
}
const time = 1_795_492_440_368

function arrive(value: Uint8Array, seq = 1): ArrivedRecord {
  return { ...encodeMessage({ agentUid: resource.agentUid, run: 77n, seq, value }, time + 5), timestampMs: time }
}

const attributes = fc.dictionary(
  fc.stringMatching(/^[a-z.]{1,12}$/),
  fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean()),
  { maxKeys: 4 },
)
const clean = attributes.map((each) =>
  Object.fromEntries(
    Object.entries(each).map(([key, value]) => [key, typeof value === 'string' ? value.replaceAll('\0', '') : value]),
  ),
)
const number: fc.Arbitrary<Sample> = fc
  .record({
    name: fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8})?$/),
    unit: fc.constantFrom('', '1', 'By', '{thread}'),
    kind: fc.constantFrom('gauge' as const, 'counter' as const, 'updowncounter' as const),
    attributes: clean,
    value: fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    integer: fc.boolean(),
  })
  .map(({ value, integer, ...series }) => ({ series: integer ? { ...series, integer } : series, value }))
const unique = fc.uniqueArray(number, {
  maxLength: 300,
  selector: ({ series }) =>
    JSON.stringify([
      series.name,
      series.unit,
      series.kind,
      Object.entries(series.attributes).sort(([a], [b]) => (a < b ? -1 : 1)),
    ]),
})

describe('our own records', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(unique, (samples) => {
        const decoder = new RecordDecoder()
        const back = cutSamples(samples).flatMap((part) => {
          const [decoded, ...others] = decoder.decode(arrive(new RecordEncoder(resource).encode(time, part))).parts
          expect(others).toEqual([])
          expect(decoded?.host).toEqual({
            agentUid: resource.agentUid,
            name: 'web-1',
            labels: { site: 'berlin' },
            resource: {
              'service.name': 'hostvitals',
              'service.version': '1.2.3',
              'service.instance.id': resource.agentUid,
              'host.name': 'web-1',
              'host.arch': 'amd64',
            },
            intervalMs: 10_000,
          })
          expect(decoded?.run).toEqual({
            run: 77n,
            foreign: false,
            startedAtMs: resource.startedAtMs,
            bootedAtMs: resource.bootedAtMs,
          })
          expect(decoded?.scrapes.length).toBeLessThanOrEqual(1)
          return (decoded?.scrapes ?? []).flatMap(({ timeMs, layout, readings }) =>
            layout.series.map(({ name, unit, kind, attributes: each }, index) => ({
              timeMs,
              name,
              unit,
              kind,
              attributes: each,
              value: readings[index],
            })),
          )
        })
        expect(back).toEqual(
          samples.map((sample) => ({
            timeMs: time,
            name: sample.series.name,
            unit: sample.series.unit,
            kind: sample.series.kind,
            attributes: sample.series.attributes,
            value: isHistogramSample(sample) ? undefined : sample.value,
          })),
        )
      }),
    )
  })

  it('carry histograms', () => {
    const histogram = {
      scale: 3,
      count: 5,
      sum: 1.25,
      min: 0.1,
      max: 0.5,
      zeroCount: 1,
      offset: -27,
      counts: [1, 0, 300],
    }
    const series = { name: 'api.health', unit: 's', kind: 'histogram' as const, attributes: { route: '/' } }
    const value = new RecordEncoder(resource).encode(time, [{ series, histogram, startTimeMs: time - 10_000 }])
    const [part] = new RecordDecoder().decode(arrive(value)).parts
    expect(part?.histograms).toEqual([{ timeMs: time, startTimeMs: time - 10_000, series, histogram }])
    expect(part?.scrapes).toEqual([])
  })

  it('of equal series share one layout object', () => {
    const decoder = new RecordDecoder()
    const series = { name: 'a', unit: '', kind: 'gauge' as const, attributes: {} }
    const layouts = [1, 2].map(
      (value) =>
        decoder.decode(arrive(new RecordEncoder(resource).encode(time, [{ series, value }]))).parts[0]?.scrapes[0]
          ?.layout,
    )
    expect(layouts[0]).toBeDefined()
    expect(layouts[0]).toBe(layouts[1])
  })

  it('that were changed on the way are refused', () => {
    const record = arrive(new RecordEncoder(resource).encode(time, []))
    const changed = Uint8Array.from(record.value)
    changed[5] = (changed[5] ?? 0) ^ 1
    expect(() => new RecordDecoder().decode({ ...record, value: changed })).toThrow('does not match the checksum')
    expect(() => new RecordDecoder().decode({ ...record, key: new Uint8Array(16) })).toThrow('not the agent_uid')
  })

  it('may be notes', () => {
    const note = { run: 5n, fromSeq: 3, toSeq: 9, reason: 'full' as const }
    const message = encodeMessage(
      { agentUid: resource.agentUid, run: 77n, seq: 10, value: new Uint8Array(0), note },
      time,
    )
    expect(new RecordDecoder().decode({ ...message, timestampMs: time })).toMatchObject({
      note,
      parts: [{ seq: 10, scrapes: [], histograms: [] }],
    })
  })
})

interface Captured {
  readonly key: string | null
  readonly value: string
  readonly timestamp: number
}

function captured(name: string): readonly ArrivedRecord[] {
  const text = readFileSync(new URL(`../../test/fixtures/wire/${name}.jsonl`, import.meta.url), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line, index) => {
      // The fixture's form is described in its SOURCE.md.
      const record = JSON.parse(line) as Captured
      const origin = { cluster: 'c', topic: 't', partition: 0, offset: BigInt(index) }
      return {
        origin,
        key: undefined,
        headers: new Map(),
        value: Buffer.from(record.value, 'base64'),
        timestampMs: record.timestamp,
      }
    })
}

describe('records of other agents', () => {
  it('of the OpenTelemetry Collector are kept', () => {
    const decoder = new RecordDecoder()
    for (const [index, record] of captured('otlp_metrics').entries()) {
      const { parts, unsupported } = decoder.decode(record)
      expect(unsupported).toBe(0)
      expect(parts).toHaveLength(1)
      expect(parts[0]?.seq).toBe(index)
      expect(parts[0]?.run.foreign).toBe(true)
      const names = parts[0]?.scrapes.flatMap(({ layout }) => layout.series.map(({ name }) => name))
      expect(names).toEqual(
        expect.arrayContaining(['system.processes.count', 'system.cpu.time', 'system.memory.usage']),
      )
    }
  })

  it.each([
    ['telegraf_json', 'JSON of Telegraf'],
    ['telegraf_influx', 'Influx line protocol'],
    ['collectd', 'JSON of collectd'],
    ['metricinator', 'JSON'],
  ])('%s: says what it looks like', (name, what) => {
    const records = captured(name)
    expect(records.length).toBeGreaterThan(0)
    for (const record of records) expect(() => new RecordDecoder().decode(record)).toThrow(`this looks like ${what}`)
  })

  it('that are damaged are refused, never worse', () => {
    const [record] = captured('otlp_metrics')
    const value = record?.value ?? new Uint8Array(0)
    const damage = fc.array(fc.tuple(fc.nat(value.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(damage, fc.nat(value.length), (changes, length) => {
        const changed = Uint8Array.from(value)
        for (const [at, byte] of changes) changed[at] = byte
        const record = { key: undefined, headers: new Map(), timestampMs: 0, value: changed.subarray(0, length) }
        const origin = { cluster: 'c', topic: 't', partition: 0, offset: 0n }
        expect(failureOf(() => new RecordDecoder().decode({ origin, ...record }))).toSatisfy(isRecordErrorOrNone)
      }),
      { numRuns: 300 },
    )
  })
})

function failureOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

function isRecordErrorOrNone(failure: unknown): boolean {
  return failure === undefined || failure instanceof RecordError
}
