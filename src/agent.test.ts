import { expect, it } from 'vitest'
import { drain } from '../test/support/drain-spool.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { VirtualClock } from '../test/support/virtual-clock.ts'
import { Agent } from './agent.ts'
import { gauge } from './metric/gauge.ts'
import type { Metric } from './metric/metric.ts'
import type { Attributes, AttributeValue, Sample } from './metric/sample.ts'
import type { Emit } from './runtime/events.ts'
import { nodeDisk } from './runtime/node-disk.ts'
import { systemRandom } from './runtime/random.ts'
import type { ScrapeRound } from './sampling/scrape.ts'
import { RecordDecoder } from './wire/decode.ts'
import { encodeMessage } from './wire/topic-message.ts'

const series = { name: 'of.javascript', unit: '', kind: 'gauge', attributes: {} } as const
const histogram = { scale: 0, count: 1.5, sum: 1, zeroCount: 0, offset: 0, counts: [1] }

function manyAttributes(): Attributes {
  return Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, at]))
}

function deep(levels: number): AttributeValue {
  return levels === 0 ? 1 : [deep(levels - 1)]
}

/** What a person's function may return all the same. */
const odd: readonly (readonly [string, unknown])[] = [
  ['an undefined attribute', { series: { ...series, attributes: { route: undefined } }, value: 1 }],
  ['no attributes', { series: { ...series, attributes: undefined }, value: 1 }],
  ['a unit that is no text', { series: { ...series, unit: 5 }, value: 1 }],
  ['a description that is no text', { series: { ...series, description: 7 }, value: 1 }],
  ['no series', { value: 1 }],
  ['a start that is no time', { series: { ...series, kind: 'counter' }, value: 1, startTimeMs: Number.NaN }],
  ['more attributes than travel', { series: { ...series, attributes: manyAttributes() }, value: 1 }],
  ['an attribute longer than travels', { series: { ...series, attributes: { path: 'x'.repeat(1024) } }, value: 1 }],
  ['an attribute deeper than travels', { series: { ...series, attributes: { path: deep(40) } }, value: 1 }],
  ['a unit longer than is kept', { series: { ...series, unit: 'u'.repeat(64) }, value: 1 }],
  ['half an observation', { series: { ...series, kind: 'histogram' }, histogram, startTimeMs: 0 }],
]

it.each(odd)(
  'a sample with %s is a gap that is told; the agent and the other metrics live on',
  async (_what, sample) => {
    await using folder = await temporaryFolder('agent-odd')
    const clock = new VirtualClock()
    const failed: string[] = []
    const emit: Emit = (name, data) => {
      if (name === 'metric.failed' && 'metric' in data) failed.push(String(data.metric))
    }
    const metrics: readonly Metric[] = [
      gauge('before', () => 1),
      { name: 'of.javascript', read: () => [sample as Sample] },
      gauge('after', () => 2),
    ]
    const rounds: ScrapeRound[] = []
    await using agent = await Agent.open(
      {
        stateFolder: folder.path,
        intervalMs: 1000,
        metrics,
        host: { name: 'h', labels: {} },
        spool: { maxBytes: 1e7, keepFreeRatio: 0 },
        roots: { proc: '/proc', sys: '/sys', root: '/' },
        machine: { name: 'h', resource: {}, marks: {} },
        onRound: (round) => rounds.push(round),
      },
      { clock, disk: nodeDisk, random: systemRandom, emit },
    )
    const stop = new AbortController()
    const running = agent.run(stop.signal)
    const batch = await agent.spool.next(1, stop.signal)
    stop.abort(new Error('enough'))
    await running
    const [record] = batch.records
    if (record === undefined) throw new Error('there is no record')
    expect(failed).toEqual(['of.javascript'])
    const decoded = new RecordDecoder().decode(Object.assign(encodeMessage(record, 0), { timestampMs: 0 }))
    const names = JSON.stringify(decoded, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    expect(names).toContain('before')
    expect(names).toContain('after')
    expect(names).not.toContain('of.javascript')
  },
)

/** What one round of these samples leaves in the spool, decoded as a consumer does, and what was told. */
async function roundOf(samples: readonly Sample[], labels: Readonly<Record<string, string>> = {}) {
  await using folder = await temporaryFolder('agent-round')
  const told: unknown[] = []
  const emit: Emit = (name, data) => {
    if (name === 'metric.failed') told.push(data)
  }
  await using agent = await Agent.open(
    {
      stateFolder: folder.path,
      intervalMs: 1000,
      metrics: [{ name: 'm', read: () => samples }],
      host: { name: 'h', labels },
      spool: { maxBytes: 1e8, keepFreeRatio: 0 },
      roots: { proc: '/proc', sys: '/sys', root: '/' },
      machine: { name: 'h', resource: {}, marks: {} },
    },
    { clock: new VirtualClock(), disk: nodeDisk, random: systemRandom, emit },
  )
  const stop = new AbortController()
  const running = agent.run(stop.signal)
  await agent.spool.next(1, stop.signal)
  const records = await drain(agent.spool)
  stop.abort(new Error('enough'))
  await running
  const decoder = new RecordDecoder()
  const decoded = records.map((record) => decoder.decode({ ...encodeMessage(record, 0), timestampMs: 0 }))
  const readings = decoded.flatMap(({ parts }) => parts.flatMap(({ scrapes }) => scrapes.map((each) => each.readings)))
  return { told, values: readings.flatMap((each) => Array.from(each)), records: records.length }
}

it('of two values of one series at one time the first is kept, and it is told', async () => {
  const twice = [1, 2].map((value) => ({ series, value }))
  const { told, values } = await roundOf([...twice, { series: { ...series, name: 'other' }, value: 3 }])
  expect(values).toEqual([1, 3])
  expect(told).toEqual([
    { metric: 'of.javascript', reason: expect.stringContaining('two values with equal attributes') },
  ])
})

it('samples that are too much for one record go in several', async () => {
  const long = Array.from({ length: 60 }, (_, at) => [`k${at}`, 'x'.repeat(900)] as const)
  const samples = Array.from({ length: 100 }, (_, value) => ({
    series: { ...series, attributes: Object.fromEntries([...long, ['of', value]]) },
    value,
  }))
  const { told, values, records } = await roundOf(samples)
  expect(told).toEqual([])
  expect(values).toEqual(samples.map(({ value }) => value))
  expect(records).toBeGreaterThan(1)
})

it('labels that no record could carry are refused at the start', async () => {
  const labels = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, '']))
  await expect(roundOf([], labels)).rejects.toThrow('no record can say this of its host: more than 64 attributes')
})
