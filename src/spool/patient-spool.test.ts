import { expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import type { Emit } from '../runtime/events.ts'
import { PatientSpool } from './patient-spool.ts'

const record = { agentUid: '00112233-4455-6677-8899-aabbccddeeff', run: 1n, seq: 1, value: new Uint8Array([7]) }
const batch = { records: [record], end: { segment: 1, bytes: 60, records: 1 } }

/** A spool whose calls fail as often as told, and what it was asked for. */
function failing(times: number) {
  const clock = new VirtualClock()
  const told: string[] = []
  const asked: string[] = []
  const emit: Emit = (name, data) => void told.push(`${name} ${'reason' in data ? String(data.reason) : ''}`)
  const work = async <T>(what: string, result: T): Promise<T> => {
    asked.push(what)
    if (asked.length <= times) throw new Error(`EMFILE: ${what}`)
    return result
  }
  const spool = new PatientSpool(
    {
      depth: { records: 1, bytes: 60 },
      next: async (maxRecords) => work(`next ${maxRecords}`, batch),
      nextNow: async (maxRecords) => work(`now ${maxRecords}`, batch),
      acknowledge: async ({ end }) => work(`acknowledge ${end.bytes}`, undefined),
      setAside: async ({ seq }) => work(`set aside ${seq}`, undefined),
    },
    { clock, emit, random: { bytes: () => new Uint8Array(8), unit: () => 0 } },
  )
  return { spool, clock, told, asked }
}

it.each([
  ['next 5', (spool: PatientSpool, signal: AbortSignal) => spool.next(5, signal), batch],
  ['now 5', (spool: PatientSpool, signal: AbortSignal) => spool.nextNow(5, signal), batch],
  ['acknowledge 60', (spool: PatientSpool, signal: AbortSignal) => spool.acknowledge(batch, signal), undefined],
  ['set aside 1', (spool: PatientSpool, signal: AbortSignal) => spool.setAside(record, signal), undefined],
])('tells what fails and tries it again: %s', async (what, ask, expected) => {
  const { spool, clock, told, asked } = failing(2)
  const answer = ask(spool, new AbortController().signal)
  await clock.advance(60_000)
  expect(await answer).toEqual(expected)
  expect(asked).toEqual([what, what, what])
  expect(told).toEqual([`spool.failed EMFILE: ${what}`, `spool.failed EMFILE: ${what}`])
})

it('gives up when the signal aborts', async () => {
  const { spool, clock, asked } = failing(1e9)
  const stop = new AbortController()
  const ended = Promise.allSettled([spool.next(5, stop.signal)])
  await clock.advance(60_000)
  stop.abort(new Error('enough'))
  expect(await ended).toMatchObject([{ reason: { message: 'enough' } }])
  expect(asked.length).toBeGreaterThan(5)
  expect(spool.depth).toEqual({ records: 1, bytes: 60 })
})
