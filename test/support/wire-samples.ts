import * as fc from 'fast-check'
import type { ArrivedRecord } from '../../src/metric/record.ts'
import type { Attributes, HistogramSample, NumberSample, Sample } from '../../src/metric/sample.ts'
import type { WireResource } from '../../src/wire/encode.ts'
import { seriesKey } from '../../src/wire/series-key.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'

/** The time of every record made here. */
export const recordTimeMs = 1_795_492_440_368

/** An agent's resource. */
export const wireResource: WireResource = {
  agentUid: '00112233-4455-6677-8899-aabbccddeeff',
  name: 'web-1',
  version: '1.2.3',
  labels: { site: 'berlin' },
  resource: { 'host.arch': 'amd64', 'os.type': 'linux' },
  intervalMs: 10_000,
  startedAtMs: 1_795_000_000_000,
  bootedAtMs: 1_790_000_000_000,
}

/** A value of ours as it arrives. */
export function arrive(value: Uint8Array, seq = 1, agentUid = wireResource.agentUid): ArrivedRecord {
  const message = encodeMessage({ agentUid, run: 77n, seq, value }, recordTimeMs + 5)
  return { ...message, timestampMs: recordTimeMs }
}

/** A value of a foreign agent as it arrives. */
export function arriveForeign(value: Uint8Array, offset = 7n): ArrivedRecord {
  const origin = { cluster: 'cluster-1', topic: 'otlp_metrics', partition: 3, offset }
  return { origin, key: undefined, headers: new Map(), value, timestampMs: recordTimeMs }
}

// NUL is left out on the way, so it has a test of its own.
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((each) => each.replaceAll('\0', ''))
const key = fc.stringMatching(/^[a-z.]{1,12}$/)
const scalar = fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }))

/** Attributes that come back as they were sent. */
export const attributes: fc.Arbitrary<Attributes> = fc
  .dictionary(key, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(key, scalar, { maxKeys: 3 })), {
    maxKeys: 4,
  })
  // The prototype and the sign of zero are fast-check's and the codec's own affair.
  .map((each): Attributes => JSON.parse(JSON.stringify(each)) as Attributes)

const metric = {
  name: fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8})?$/),
  unit: fc.constantFrom('', '1', 'By', '{thread}'),
  attributes,
}

const number: fc.Arbitrary<NumberSample> = fc
  .record({
    ...metric,
    kind: fc.constantFrom('gauge' as const, 'counter' as const, 'updowncounter' as const),
    value: fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    integer: fc.boolean(),
  })
  .map(({ value, integer, ...rest }) => {
    const series = integer ? { ...rest, integer } : rest
    return rest.kind === 'counter' ? { series, value, startTimeMs: recordTimeMs - 60_000 } : { series, value }
  })

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const histogram: fc.Arbitrary<HistogramSample> = fc
  .record({
    ...metric,
    histogram: fc.record(
      {
        scale: fc.integer({ min: -10, max: 20 }),
        count: fc.maxSafeNat(),
        sum: finite,
        min: finite,
        max: finite,
        zeroCount: fc.maxSafeNat(),
        offset: fc.integer(),
        counts: fc.array(fc.maxSafeNat(), { maxLength: 160 }),
      },
      { requiredKeys: ['scale', 'count', 'sum', 'zeroCount', 'offset', 'counts'] },
    ),
  })
  .map((each) => ({
    series: { name: each.name, unit: each.unit, kind: 'histogram' as const, attributes: each.attributes },
    histogram: each.histogram,
    startTimeMs: recordTimeMs - 10_000,
  }))

/** Samples of which no two have one series. */
export const samples: fc.Arbitrary<readonly Sample[]> = fc.uniqueArray(
  fc.oneof({ weight: 4, arbitrary: number }, histogram),
  {
    maxLength: 40,
    selector: ({ series }) => seriesKey(series),
  },
)

/** Numbers of which no two have one series. */
export const numbers: fc.Arbitrary<readonly NumberSample[]> = fc.uniqueArray(number, {
  minLength: 1,
  maxLength: 40,
  selector: ({ series }) => seriesKey(series),
})
