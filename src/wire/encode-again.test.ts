import { expect, it } from 'vitest'
import type { Sample, Series } from '../metric/sample.ts'
import { RecordEncoder } from './encode.ts'

const resource = {
  agentUid: '7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11',
  name: 'web-1',
  version: '1.0.0',
  labels: {},
  resource: {},
  intervalMs: 1000,
  startedAtMs: 1,
}
const histogram = { scale: 0, count: 1, sum: 2, zeroCount: 0, offset: 0, counts: [1] }

function samplesOf(freeze: <T extends object>(value: T) => Readonly<T>): readonly Sample[] {
  const series = (kind: Series['kind'], mode: string): Series =>
    freeze({ name: `a.${kind}`, unit: 's', kind, description: 'é', attributes: freeze({ 'cpu.mode': mode, n: 1 }) })
  return [
    { series: series('gauge', 'user'), value: 0.5 },
    { series: series('gauge', 'system'), value: 1 },
    { series: series('counter', 'user'), value: 2, startTimeMs: 1 },
    { series: series('histogram', 'user'), histogram, startTimeMs: 1 },
  ]
}

it('says of series that cannot change the same as of others, at the first time and later', () => {
  const plain = new RecordEncoder(resource)
  const kept = new RecordEncoder(resource)
  const frozen = samplesOf(Object.freeze)
  for (const timeMs of [1000, 2000]) {
    expect(kept.encode(timeMs, frozen)).toEqual(
      plain.encode(
        timeMs,
        samplesOf((value) => value),
      ),
    )
  }
})

it('says what an attribute is now, of a series that was changed', () => {
  const encoder = new RecordEncoder(resource)
  const attributes = { mode: 'user' }
  const sample = { series: { name: 'a', unit: 's', kind: 'gauge' as const, attributes }, value: 1 }
  encoder.encode(1000, [sample])
  attributes.mode = 'idle'
  expect(Buffer.from(encoder.encode(2000, [sample])).toString('latin1')).toContain('idle')
})
