import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { referenceEncode, type ReferenceMessage } from '../../test/support/otlp-reference.ts'
import { arrive, arriveForeign, numbers, recordTimeMs, samples, wireResource } from '../../test/support/wire-samples.ts'
import { isHistogramSample, type NumberSample, type Sample } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { cutSamples } from './cut.ts'
import { RecordDecoder } from './decode.ts'
import { RecordEncoder, type WireResource } from './encode.ts'
import { encodeMessage } from './topic-message.ts'

const encoder = new RecordEncoder(wireResource)
const gauge: NumberSample = { series: { name: 'a', unit: '', kind: 'gauge', attributes: {} }, value: 1 }

describe('our own records', () => {
  it('come back as they were sent', () => {
    const decoder = new RecordDecoder()
    fc.assert(
      fc.property(samples, (sent) => {
        const parts = cutSamples(sent).flatMap(
          (part) => decoder.decode(arrive(encoder.encode(recordTimeMs, part))).parts,
        )
        const rows = parts.flatMap(({ scrapes }) => scrapes)
        const readings = rows.flatMap(({ layout, readings }) =>
          layout.series.map((series, at) => [series, readings[at]]),
        )
        const timings = parts.flatMap(({ histograms }) => histograms)
        expect(rows.every(({ timeMs }) => timeMs === recordTimeMs)).toBe(true)
        expect(readings).toEqual(sent.filter(isNumberSample).map(({ series, value }) => [withoutHint(series), value]))
        expect(timings).toEqual(
          sent.filter(isHistogramSample).map((sample) => Object.assign({ timeMs: recordTimeMs }, sample)),
        )
      }),
    )
  })

  it('tell who sent them, when, and in which run', () => {
    const replacesUid = 'ffeeddcc-bbaa-9988-7766-554433221100'
    const value = new RecordEncoder({ ...wireResource, replacesUid }).encode(recordTimeMs, [gauge])
    const decoder = new RecordDecoder()
    const decoded = {
      parts: [
        {
          host: {
            agentUid: wireResource.agentUid,
            name: 'web-1',
            labels: { site: 'berlin' },
            resource: {
              'service.name': 'hostvitals',
              'service.version': '1.2.3',
              'service.instance.id': wireResource.agentUid,
              'host.name': 'web-1',
              'host.arch': 'amd64',
              'os.type': 'linux',
            },
            intervalMs: 10_000,
            replacesUid,
          },
          run: { run: 77n, foreign: false, startedAtMs: 1_795_000_000_000, bootedAtMs: 1_790_000_000_000 },
          seq: 3,
          scrapes: [{ timeMs: recordTimeMs, readings: Float64Array.of(1) }],
          histograms: [],
        },
      ],
      sentAtMs: recordTimeMs + 5,
      notFinite: 0,
      unsupported: 0,
    }
    expect(decoder.decode(arrive(value, 3))).toMatchObject(decoded)
    // The second time the agent is known.
    expect(decoder.decode(arrive(value, 3))).toMatchObject(decoded)
  })

  it('of equal series share one layout object, whoever sent them', () => {
    const decoder = new RecordDecoder()
    const other = { ...wireResource, agentUid: 'ffeeddcc-bbaa-9988-7766-554433221100' }
    const layouts = [wireResource, wireResource, other, other].map((resource, value) => {
      const bytes = new RecordEncoder(resource).encode(recordTimeMs + value, [{ ...gauge, value }])
      return decoder.decode(arrive(bytes, 1, resource.agentUid)).parts[0]?.scrapes[0]?.layout
    })
    expect(layouts[0]?.series).toEqual([gauge.series])
    expect(new Set(layouts).size).toBe(1)
  })

  it('stand at the same bytes when only their numbers and times differ', () => {
    fc.assert(
      fc.property(numbers, fc.double({ noNaN: true }), fc.maxSafeInteger(), (sent, double, integer) => {
        const later = sent.map((sample) =>
          Object.assign({}, sample, {
            value: sample.series.integer === true && Number.isSafeInteger(sample.value) ? integer : double + 0.5,
          }),
        )
        expect(encoder.encode(recordTimeMs + 12_345, later).length).toBe(encoder.encode(recordTimeMs, sent).length)
      }),
    )
  })

  it('lose NUL, which PostgreSQL cannot keep', () => {
    const resource: WireResource = { ...wireResource, name: 'w\0eb', labels: { 'a\0': '\0b' } }
    const series = { name: 'c\0', unit: '\0', kind: 'gauge' as const, attributes: { 'd\0': ['\0e'] } }
    const [part] = new RecordDecoder().decode(
      arrive(new RecordEncoder(resource).encode(0, [{ series, value: 1 }])),
    ).parts
    expect(part?.host).toMatchObject({ name: 'web', labels: { a: 'b' } })
    expect(part?.scrapes[0]?.layout.series).toEqual([{ name: 'c', unit: '', kind: 'gauge', attributes: { d: ['e'] } }])
  })

  it('may be notes, which say no more than who speaks', () => {
    const note = { run: 5n, fromSeq: 3, toSeq: 9, reason: 'full' as const }
    const sent = { agentUid: wireResource.agentUid, run: 77n, seq: 10, value: new Uint8Array(0), note }
    const record = { ...encodeMessage(sent, recordTimeMs), timestampMs: recordTimeMs }
    expect(new RecordDecoder().decode(record)).toEqual({
      note,
      parts: [
        {
          host: { agentUid: wireResource.agentUid, name: '', labels: {}, resource: {} },
          run: { run: 77n, foreign: false, startedAtMs: recordTimeMs },
          seq: 10,
          scrapes: [],
          histograms: [],
        },
      ],
      sentAtMs: recordTimeMs,
      notFinite: 0,
      inexact: [],
      unsupported: 0,
    })
  })
})

describe('a record of ours is refused', () => {
  const good = arrive(encoder.encode(recordTimeMs, [gauge]))

  it('when its value was changed on the way', () => {
    const value = Uint8Array.from(good.value)
    value[5] = (value[5] ?? 0) ^ 1
    expect(() => new RecordDecoder().decode({ ...good, value })).toThrow('does not match the checksum')
  })

  it('when its key is not its agent', () => {
    expect(() => new RecordDecoder().decode({ ...good, key: new Uint8Array(16) })).toThrow('not the agent_uid')
    expect(() => new RecordDecoder().decode({ ...good, key: new Uint8Array(3) })).toThrow('not the agent_uid')
  })

  it('when it speaks of two resources', () => {
    const value = Buffer.concat([good.value, good.value])
    expect(() => new RecordDecoder().decode(arrive(value))).toThrow('this one of several')
  })

  it.each([
    ['hostvitals.interval_ms', { doubleValue: 1.5 }],
    ['hostvitals.interval_ms', { intValue: '2147483648' }],
    ['hostvitals.started_at_ms', { stringValue: 'now' }],
    ['hostvitals.booted_at_ms', { intValue: '253402300800000' }],
    ['hostvitals.replaces', { stringValue: 'nobody' }],
  ])('when its %s is %j, which no database keeps', (key, value) => {
    const message: ReferenceMessage = { resourceMetrics: [{ resource: { attributes: [{ key, value }] } }] }
    expect(() => new RecordDecoder().decode(arrive(referenceEncode(message)))).toThrow(key)
  })
})

it('takes any bytes, and refuses them by nothing but RecordError', () => {
  const damage = fc.tuple(fc.nat(), fc.nat(255))
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(samples, fc.array(damage, { maxLength: 6 }), fc.nat()).map(([sent, changes, cut]) => {
      const changed = encoder.encode(recordTimeMs, sent)
      for (const [at, byte] of changes) changed[at % changed.length] = byte
      return changed.subarray(0, cut % 7 === 0 ? cut % changed.length : changed.length)
    }),
  )
  const decoder = new RecordDecoder()
  fc.assert(
    fc.property(bytes, (each) => {
      for (const record of [arrive(each), arriveForeign(each)])
        expect(failureOf(() => decoder.decode(record))).toSatisfy(isRefusal)
    }),
    { numRuns: 500 },
  )
})

function failureOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

function isRefusal(failure: unknown): boolean {
  return failure === undefined || failure instanceof RecordError
}

function withoutHint({ name, unit, kind, attributes }: NumberSample['series']): NumberSample['series'] {
  return { name, unit, kind, attributes }
}

function isNumberSample(sample: Sample): sample is NumberSample {
  return !isHistogramSample(sample)
}
