import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { BrokerUnavailableError, type HostvitalsError, StoreConfigurationError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { FetchedBatch, LogReader } from '../runtime/network.ts'
import { nodeDisk } from '../runtime/node-disk.ts'
import { FailureReport } from './failure-report.ts'
import { Subscriber } from './subscriber.ts'

const batch: FetchedBatch = { cluster: 'c', topic: 't', partition: 0, fromOffset: 0n, nextOffset: 1n, records: [] }

/** A subscriber of a reader of one's own, which stores what the test lets it. */
function subscribeTo(
  reader: Pick<LogReader, 'batches'> & Partial<LogReader>,
  store: (batch: FetchedBatch) => Promise<void>,
  signal: AbortSignal,
) {
  const lines: string[] = []
  const emit: Emit = (name, data) => void lines.push('reason' in data ? `${name}: ${String(data.reason)}` : name)
  const clock = new VirtualClock()
  const random = { bytes: (length: number) => new Uint8Array(length), unit: () => 0 }
  const subscriber = new Subscriber({
    reader: {
      commit: () => undefined,
      seek: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
      ...reader,
    },
    report: new FailureReport(emit, { brokers: 'b:1', topic: 't' }),
    seams: { clock, random, disk: nodeDisk, emit },
    prepare: async () => undefined,
    understand: async (each) => each,
    store: async (each) => {
      await store(each)
      return { outcome: 'stored' }
    },
  })
  return { lines, clock, subscriber, ended: Promise.allSettled([subscriber.run(signal)]) }
}

/** A subscriber of a log that fails these ways, one at each joining, and then gives one batch after the other. */
function subscribe(faults: readonly HostvitalsError[], store: (signal: AbortController) => void) {
  const left = [...faults]
  const stop = new AbortController()
  const subscribed = subscribeTo(
    {
      batches: async function* (signal) {
        const fault = left.shift()
        if (fault !== undefined) throw fault
        while (!signal.aborted) yield batch
      },
      commit: () => void subscribed.lines.push('committed'),
    },
    async () => store(stop),
    stop.signal,
  )
  return subscribed
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

/** A reader that gives a batch, is assigned anew, and waits as `Consumer` does before it asks where the database stands. */
function assignedAnew(signal: AbortSignal) {
  const told: string[] = []
  const anew = Promise.withResolvers<void>()
  const stored = Promise.withResolvers<void>()
  const { subscriber, ended } = subscribeTo(
    {
      batches: async function* () {
        yield batch
        told.push('assigned anew')
        anew.resolve()
        await subscriber.idle()
        told.push('asked')
      },
    },
    async () => {
      told.push('storing')
      await stored.promise
      told.push('stored')
      throw new StoreConfigurationError('enough')
    },
    signal,
  )
  return { told, anew: anew.promise, stored, ended }
}

describe('before it is asked at an assignment where the database stands', () => {
  it('the batch in hand is through', async () => {
    const { told, anew, stored, ended } = assignedAnew(new AbortController().signal)
    await anew
    stored.resolve()
    await ended
    expect(told).toEqual(['storing', 'assigned anew', 'stored', 'asked'])
  })

  it('what ends the storing ends the wait', async () => {
    const stop = new AbortController()
    const { told, anew, stored, ended } = assignedAnew(stop.signal)
    stop.signal.addEventListener('abort', () => stored.reject(stop.signal.reason))
    await anew
    const enough = new Error('the consumer stops')
    stop.abort(enough)
    expect(await ended).toEqual([{ status: 'rejected', reason: enough }])
    expect(told).toEqual(['storing', 'assigned anew', 'asked'])
  })
})

it('reads anew where the reader cannot be told what became of a batch, and does not end', async () => {
  const stop = new AbortController()
  let joined = 0
  let stored = 0
  const { lines, clock, ended } = subscribeTo(
    {
      batches: async function* (signal) {
        joined++
        while (!signal.aborted) yield batch
      },
      commit: () => {
        if (joined === 1) throw new BrokerUnavailableError('closed')
        stop.abort(new Error('enough'))
      },
    },
    async () => void stored++,
    stop.signal,
  )
  await clock.advance(10_000)
  expect(await ended).toMatchObject([{ status: 'fulfilled' }])
  expect(joined).toBe(2)
  expect(stored).toBeGreaterThan(1)
  expect(lines).toEqual(['kafka.connected', 'kafka.failing: closed', 'kafka.connected'])
})
