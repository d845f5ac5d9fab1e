import { expect, it } from 'vitest'
import type { LogPosition } from '../../query/status/log-positions.ts'
import { toLags } from './lag.ts'

const at = (partition: number, nextOffset: bigint, topic = 'otlp_metrics'): LogPosition => ({
  cluster: 'c',
  topic,
  partition,
  nextOffset,
  updatedMs: 0,
})
const lagsOf = (lags: ReturnType<typeof toLags>): unknown => [
  lags.source,
  ...lags.partitions.map(({ partition, lagRecords }) => [partition, lagRecords]),
]

it('is the end of the log minus the position; of what was never stored all, of another topic unknown', () => {
  const partitions = [
    { partition: 0, earliestOffset: 0n, endOffset: 100n, sinceOffset: 93n },
    { partition: 1, earliestOffset: 20n, endOffset: 50n, sinceOffset: 50n },
    { partition: 2, earliestOffset: 60n, endOffset: 90n, sinceOffset: 60n },
    { partition: 3, earliestOffset: 5n, endOffset: 7n, sinceOffset: 6n },
  ]
  const positions = [at(0, 90n), at(2, 10n), at(3, 1000n), at(0, 7n, 'former')]
  const lags = toLags(positions, { ends: { cluster: 'c', topic: 'otlp_metrics', partitions } }, new Map())
  expect(lagsOf(lags)).toEqual(['kafka', [0, 10], [1, 30], [2, 30], [3, 2], [0, null]])
  expect(lags.partitions.map(({ overdueRecords }) => overdueRecords)).toEqual([3, 30, 0, 1, null])
})

it('is what the consumers say where Kafka is not asked or away', () => {
  const told = new Map([[1, 5]])
  expect(lagsOf(toLags([at(0, 1n), at(1, 1n)], { problem: 'away' }, told))).toEqual(['consumers', [0, null], [1, 5]])
})

it('is unknown where nobody says it, or of which topic is not clear', () => {
  const asked = { problem: undefined }
  expect(lagsOf(toLags([at(0, 1n)], asked, new Map()))).toEqual(['unknown', [0, null]])
  expect(lagsOf(toLags([at(0, 1n), at(0, 1n, 'former')], asked, new Map([[0, 5]])))).toEqual([
    'unknown',
    [0, null],
    [0, null],
  ])
})
