import { expect, it } from 'vitest'
import type { PartitionLag } from './lag.ts'
import type { StatusFacts } from './status-facts.ts'
import { problemsOf } from './status-problems.ts'

const nowMs = Date.UTC(2026, 10, 24, 8, 15)

/** What is told where all is well but for this partition, and for other facts. */
function factsWith(partition: Partial<PartitionLag>, others: Partial<StatusFacts> = {}): StatusFacts {
  const idle: PartitionLag = {
    cluster: 'c',
    topic: 'otlp_metrics',
    partition: 0,
    nextOffset: '7',
    updatedAt: new Date(nowMs - 3_600_000).toISOString(),
    lagRecords: 0,
    overdueRecords: 0,
  }
  return {
    store: 'a database',
    time: new Date(nowMs).toISOString(),
    hosts: { total: 0, up: 0, late: 0, down: 0, list: [] },
    rates: null,
    latency: null,
    consumers: null,
    gaps: null,
    deadLetters: null,
    setAside: null,
    kafka: { lagSource: 'kafka', lagRecords: null, problem: null, partitions: [{ ...idle, ...partition }] },
    storage: null,
    sizes: [],
    unreadable: [],
    ...others,
  }
}

function errorsWith(partition: Partial<PartitionLag>): readonly string[] {
  return problemsOf(factsWith(partition), nowMs).flatMap(({ severity, text }) => (severity === 'error' ? [text] : []))
}

const stuck = (records: string): string => `${records} wait in 1 partition whose position has not moved for a minute`

it.each<[string, Partial<PartitionLag>, readonly string[]]>([
  ['nothing waits', {}, []],
  ['a record has just come after an idle hour', { lagRecords: 1 }, []],
  ['records have waited for a minute', { lagRecords: 5, overdueRecords: 3 }, [stuck('3 records')]],
  [
    'records have waited for a minute, and it moves',
    { lagRecords: 5, overdueRecords: 3, updatedAt: new Date(nowMs - 1000).toISOString() },
    [],
  ],
  ['nothing was ever stored of it', { lagRecords: 5, overdueRecords: 5, updatedAt: null }, [stuck('5 records')]],
  ['only consumers tell that records wait', { lagRecords: 5, overdueRecords: null }, [stuck('5 records')]],
])('a position that stands still is an error where records wait: %s', (_what, partition, errors) => {
  expect(errorsWith(partition)).toEqual(errors)
})

/** What is told of buckets that are left out of the tiers. */
function setAsideProblems(setAside: StatusFacts['setAside']): unknown {
  return problemsOf(factsWith({}, { setAside }), nowMs).filter(({ text }) => text.includes('left out of the tiers'))
}

it('a bucket that is left out of the tiers is a warning, with the reason', () => {
  expect(setAsideProblems({ buckets: 0 })).toEqual([])
  expect(setAsideProblems({ buckets: 2, reason: 'too large' })).toMatchObject([
    { severity: 'warning', text: '2 buckets left out of the tiers: too large' },
  ])
})
