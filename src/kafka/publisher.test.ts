import { expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import type { SpooledRecord } from '../metric/record.ts'
import { BrokerUnavailableError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { LogWriter, SendOutcome } from '../runtime/network.ts'
import { nodeDisk } from '../runtime/node-disk.ts'
import { FailureReport } from './failure-report.ts'
import { Publisher } from './publisher.ts'

const record: SpooledRecord = { agentUid: 'a', run: 1n, seq: 1, value: new Uint8Array(1) }
const random = { bytes: (length: number) => new Uint8Array(length), unit: () => 0 }

/** A publisher over a spool that has one record, and a log whose answers the test gives. */
function publish(writer: Partial<LogWriter>) {
  const lines: string[] = []
  const emit: Emit = (name, data) => void lines.push('reason' in data ? `${name}: ${String(data.reason)}` : name)
  const clock = new VirtualClock()
  const stop = new AbortController()
  let left = 1
  const source = {
    depth: { records: 1 },
    next: async (_most: number, signal: AbortSignal) => {
      if (left-- > 0) return { records: [record] }
      return new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
    acknowledge: async () => void lines.push('acknowledged'),
    setAside: async ({ seq }: SpooledRecord) => void lines.push(`set aside ${seq}`),
  }
  const publisher = new Publisher({
    source,
    writer: {
      connect: async () => undefined,
      lost: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      send: async () => [{ stored: true }],
      [Symbol.asyncDispose]: async () => undefined,
      ...writer,
    },
    encode: ({ value }) => ({ key: value, headers: new Map(), value }),
    report: new FailureReport(emit, { brokers: 'b:1', topic: 't' }),
    seams: { clock, random, disk: nodeDisk, emit },
  })
  const stopped = publisher.run(stop.signal).catch((error: unknown) => error)
  return { lines, clock, stop: () => stop.abort(new Error('stop')), stopped }
}

it('tells a broker that was reached and is silent within 5 s, and takes its late answer', async () => {
  const answer = Promise.withResolvers<readonly SendOutcome[]>()
  const { lines, clock, stop, stopped } = publish({ send: () => answer.promise })
  await clock.advance(4000)
  expect(lines).toEqual(['kafka.connected'])
  await clock.advance(900)
  expect(lines).toEqual(['kafka.connected', 'kafka.failing: the broker does not answer'])
  answer.resolve([{ stored: true }])
  await clock.advance(0)
  expect(lines.slice(2)).toEqual(['kafka.connected', 'acknowledged'])
  stop()
  expect(await stopped).toEqual(new Error('stop'))
})

it('tells a connection that breaks while nothing is sent, and when it is back', async () => {
  const { promise: broken, resolve: breaks } = Promise.withResolvers<void>()
  let tries = 0
  const { lines, clock, stop, stopped } = publish({
    lost: (signal) =>
      Promise.race([broken, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))]),
    connect: async () => {
      tries++
      if (tries === 2) throw new BrokerUnavailableError('nobody listens')
    },
  })
  await clock.advance(0)
  expect(lines).toEqual(['kafka.connected', 'acknowledged'])
  breaks()
  await clock.advance(100)
  expect(lines.slice(2)).toEqual(['kafka.failing: nobody listens'])
  stop()
  await clock.advance(1000)
  expect(await stopped).toEqual(new Error('stop'))
})

it('sets a record aside that is refused for itself, and goes on', async () => {
  const { lines, clock, stop, stopped } = publish({ send: async () => [{ stored: false, reason: 'too large' }] })
  await clock.advance(0)
  expect(lines).toEqual(['kafka.connected', 'kafka.refused-record: too large', 'set aside 1', 'acknowledged'])
  stop()
  expect(await stopped).toEqual(new Error('stop'))
})
