import { expect, it } from 'vitest'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import type { SpooledRecord } from '../metric/record.ts'
import type { Emit } from '../runtime/events.ts'
import type { LogWriter, OutgoingRecord } from '../runtime/network.ts'
import { FailureReport } from './failure-report.ts'
import { Publisher, type PublisherSource } from './publisher.ts'

interface Batch {
  readonly records: readonly SpooledRecord[]
}

const encode = ({ value }: SpooledRecord): Omit<OutgoingRecord, 'timestampMs'> => ({
  key: new Uint8Array(16),
  headers: new Map(),
  value,
})

it('goes on where the spool could not be read or its place not be kept for a while, and tells that of the spool', async () => {
  const clock = new VirtualClock()
  const told: string[] = []
  const emit: Emit = (name, data) => void told.push(`${name} ${'reason' in data ? String(data.reason) : ''}`.trimEnd())
  const sent: OutgoingRecord[] = []
  const writer: LogWriter = {
    connect: async () => undefined,
    lost: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    send: async (records) => {
      sent.push(...records)
      return records.map(() => ({ stored: true }))
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
  const faults = ['next', 'next', '', 'acknowledge', '']
  const failAt = (what: string): void => {
    if (faults.shift() === what) throw new Error(`EMFILE: ${what}`)
  }
  const stop = new AbortController()
  const record = { agentUid: '00112233-4455-6677-8899-aabbccddeeff', run: 1n, seq: 1, value: new Uint8Array([7]) }
  const source: PublisherSource<Batch> = {
    depth: { records: 1 },
    next: async () => {
      failAt('next')
      return { records: [record] }
    },
    acknowledge: async () => {
      failAt('acknowledge')
      stop.abort(new Error('enough'))
    },
    setAside: async () => undefined,
  }
  const seams = { clock, emit, disk: new MemoryDisk(), random: { bytes: () => new Uint8Array(8), unit: () => 0 } }
  const report = new FailureReport(emit, { brokers: 'kafka:9092', topic: 't' })
  const running = new Publisher<Batch>({ source, writer, encode, report, seams }).run(stop.signal)
  const ended = Promise.allSettled([running])
  await clock.advance(60_000)
  expect(await ended).toMatchObject([{ reason: { message: 'enough' } }])
  expect(sent).toHaveLength(1)
  expect(told).toEqual([
    'kafka.connected',
    'spool.failed EMFILE: next',
    'spool.failed EMFILE: next',
    'spool.failed EMFILE: acknowledge',
  ])
})
