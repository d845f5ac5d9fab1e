import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrive, numbers, recordTimeMs, wireResource } from '../../test/support/wire-samples.ts'
import type { NumberSample } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { RecordDecoder } from './decode.ts'
import { RecordEncoder } from './encode.ts'
import { ownResource } from './host-of.ts'
import { KnownAgents } from './known-agents.ts'
import { parseOtlp } from './parse-otlp.ts'
import { toScrapes } from './rows.ts'
import { SeriesCache } from './series-cache.ts'

const agents = ['00112233-4455-6677-8899-aabbccddeeff', 'ffeeddcc-bbaa-9988-7766-554433221100'] as const

interface Step {
  readonly agent: 0 | 1
  readonly series: number
  readonly values: readonly number[]
  readonly damage: readonly (readonly [at: number, byte: number])[]
}

const step: fc.Arbitrary<Step> = fc.record({
  agent: fc.constantFrom(0 as const, 1 as const),
  series: fc.nat(),
  values: fc.array(fc.oneof(fc.double(), fc.maxSafeInteger()), { minLength: 1, maxLength: 9 }),
  damage: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
  ),
})

function valueOf({ agent, values, damage }: Step, samples: readonly NumberSample[]): Uint8Array {
  const encoder = new RecordEncoder({ ...wireResource, agentUid: agents[agent], name: `web-${agent}` })
  const changed = samples.map(({ series, ...sample }, index) =>
    Object.assign({}, sample, { series, value: values[index % values.length] ?? 0 }),
  )
  const value = encoder.encode(recordTimeMs + values.length, changed)
  for (const [at, byte] of damage) value[at % value.length] = byte
  return value
}

/** What decoding says, or its refusal; without descriptions, of which the first ever seen is kept. */
function outcomeOf(decoder: RecordDecoder, step: Step, value: Uint8Array): unknown {
  try {
    const { parts, ...rest } = decoder.decode(arrive(value, 1, agents[step.agent]))
    const scrapes = parts.flatMap((part) => part.scrapes)
    const series = scrapes.flatMap(({ layout }) => layout.series)
    return {
      ...rest,
      hosts: parts.map(({ host, run, seq, histograms }) => ({ host, run, seq, histograms })),
      rows: scrapes.map(({ timeMs, layout, readings, startTimesMs }) => ({
        timeMs,
        hash: layout.hash,
        readings,
        startTimesMs,
      })),
      series: series.map(({ name, unit, kind, attributes }) => ({ name, unit, kind, attributes })),
    }
  } catch (error) {
    if (error instanceof RecordError) return error.message
    throw error
  }
}

describe('a decoder that knows the agents', () => {
  it('says of any record, damaged ones too, what one says that knows nothing', () => {
    fc.assert(
      fc.property(
        fc.array(numbers, { minLength: 1, maxLength: 3 }),
        fc.array(step, { maxLength: 20 }),
        (lists, steps) => {
          const knowing = new RecordDecoder()
          for (const each of steps) {
            const value = valueOf(each, lists[each.series % lists.length] ?? [])
            expect(outcomeOf(knowing, each, value)).toEqual(outcomeOf(new RecordDecoder(), each, value))
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

const samples: readonly NumberSample[] = [
  { series: { name: 'a', unit: '1', kind: 'gauge', attributes: { mode: 'user' } }, value: 1.5 },
  { series: { name: 'b', unit: 'By', kind: 'counter', attributes: {}, integer: true }, value: 7, startTimeMs: 1000 },
]

function learn(known: KnownAgents, value: Uint8Array): void {
  const cache = new SeriesCache()
  const [parsed] = parseOtlp(value, cache, () => ({})).resources
  if (parsed === undefined) throw new Error('nothing was parsed')
  known.learn(value, ownResource(wireResource.agentUid, parsed.attributes), parsed, toScrapes(parsed.numbers, cache))
}

function learned(): { readonly known: KnownAgents; readonly encoder: RecordEncoder } {
  const known = new KnownAgents()
  const encoder = new RecordEncoder(wireResource)
  learn(known, encoder.encode(recordTimeMs, samples))
  return { known, encoder }
}

/** Whether a record of 200 numbers of a kind is remembered where an agent and a form have room, and 16 bytes a number not. */
function isRecalled(kind: 'updowncounter' | 'counter'): boolean {
  const known = new KnownAgents(6000)
  const sent = Array.from({ length: 200 }, (_, at): NumberSample => {
    const series = { name: `m${at}`, unit: '1', kind, attributes: {} }
    return kind === 'counter' ? { series, value: 1.5, startTimeMs: 1000 } : { series, value: 1.5 }
  })
  const value = new RecordEncoder(wireResource).encode(recordTimeMs, sent)
  learn(known, value)
  return known.recall(wireResource.agentUid, value) !== undefined
}

describe('recalling', () => {
  it('reads numbers and times where the former record had its own', () => {
    const { known, encoder } = learned()
    const changed = samples.map(({ series, value }) => ({ series, value: value * 2, startTimeMs: 2000 }))
    expect(known.recall(wireResource.agentUid, encoder.encode(recordTimeMs + 10_000, [...samples]))).toMatchObject({
      resource: { host: { name: 'web-1' }, startedAtMs: wireResource.startedAtMs },
      scrape: { timeMs: recordTimeMs + 10_000, readings: Float64Array.of(1.5, 7) },
      notFinite: 0,
    })
    // A gauge that tells its start has another form.
    expect(known.recall(wireResource.agentUid, encoder.encode(recordTimeMs, changed))).toBeUndefined()
  })

  it.each([
    ['another agent', agents[1], wireResource, samples],
    ['another name of the host', agents[0], { ...wireResource, name: 'web-2' }, samples],
    ['another order', agents[0], wireResource, samples.toReversed()],
    ['fewer numbers', agents[0], wireResource, samples.slice(1)],
    ['an integer that became a fraction', agents[0], wireResource, samples.map((each) => ({ ...each, value: 0.5 }))],
  ])('leaves to the parser %s', (_what, agentUid, resource, sent) => {
    expect(learned().known.recall(agentUid, new RecordEncoder(resource).encode(recordTimeMs, sent))).toBeUndefined()
  })

  it('weighs what it keeps of the starts of counters', () => {
    expect(isRecalled('updowncounter')).toBe(true)
    expect(isRecalled('counter')).toBe(false)
  })

  it('counts what is not finite', () => {
    const { known, encoder } = learned()
    const [gauge, counter] = samples
    const sent = [gauge && { ...gauge, value: Infinity }, counter].filter((each) => each !== undefined)
    expect(known.recall(wireResource.agentUid, encoder.encode(recordTimeMs, sent))).toMatchObject({
      scrape: { readings: Float64Array.of(Number.NaN, 7) },
      notFinite: 1,
    })
  })
})
