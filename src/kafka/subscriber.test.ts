import { expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { BrokerUnavailableError, type HostvitalsError, StoreConfigurationError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { FetchedBatch, LogReader } from '../runtime/network.ts'
import { nodeDisk } from '../runtime/node-disk.ts'
import { FailureReport } from './failure-report.ts'
import { Subscriber } from './subscriber.ts'

const batch: FetchedBatch = { cluster: 'c', topic: 't', partition: 0, fromOffset: 0n, nextOffset: 1n, records: [] }

/** A subscriber of a log that fails these ways, one at each joining, and then gives one batch after the other. */
function subscribe(faults: readonly HostvitalsError[], store: (signal: AbortController) => void) {
  const left = [...faults]
  const lines: string[] = []
  const emit: Emit = (name, data) => void lines.push('reason' in data ? `${name}: ${String(data.reason)}` : name)
  const clock = new VirtualClock()
  const stop = new AbortController()
  const reader: LogReader = {
    batches: async function* (signal) {
      const fault = left.shift()
      if (fault !== undefined) throw fault
      while (!signal.aborted) yield batch
    },
    commit: () => void lines.push('committed'),
    seek: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
  const random = { bytes: (length: number) => new Uint8Array(length), unit: () => 0 }
  const subscriber = new Subscriber({
    reader,
    report: new FailureReport(emit, { brokers: 'b:1', topic: 't' }),
    seams: { clock, random, disk: nodeDisk, emit },
    prepare: async () => undefined,
    understand: async (each) => each,
    store: async () => {
      store(stop)
      return { outcome: 'stored' }
    },
  })
  return { lines, clock, ended: Promise.allSettled([subscriber.run(stop.signal)]) }
}

it('joins again after a broker was away, and tells it once', async () => {
  const away = new BrokerUnavailableError('nobody listens')
  const { lines, clock, ended } = subscribe([away, away], (stop) => stop.abort(new Error('enough')))
  await clock.advance(10_000)
  expect(await ended).toMatchObject([{ status: 'fulfilled' }])
  expect(lines).toEqual(['kafka.failing: nobody listens', 'kafka.connected', 'committed'])
})

it('ends where a person must mend the database before it says where to begin', async () => {
  const refused = new StoreConfigurationError('permission denied for table kafka_position')
  const { lines, clock, ended } = subscribe([refused], () => undefined)
  await clock.advance(60_000)
  expect(await ended).toEqual([{ status: 'rejected', reason: refused }])
  expect(lines).toEqual([])
})

it('ends where a batch cannot be stored, and commits nothing', async () => {
  const refused = new StoreConfigurationError('permission denied for table scrape')
  const { lines, clock, ended } = subscribe([], () => {
    throw refused
  })
  await clock.advance(60_000)
  expect(await ended).toEqual([{ status: 'rejected', reason: refused }])
  expect(lines).toEqual(['kafka.connected'])
})
