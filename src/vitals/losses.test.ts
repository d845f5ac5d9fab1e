import { expect, it } from 'vitest'
import { lossesOf } from './losses.ts'
import { Vitals } from './vitals.ts'

function agent(): Vitals {
  return new Vitals({ startedAtMs: 1_795_000_000_000, parts: ['agent'] })
}

it('says that nothing was lost only where nothing was', () => {
  expect(lossesOf(agent())).toBe('0 lost')
})

it('counts what was dropped, refused and damaged', () => {
  const vitals = agent()
  vitals.observe('spool.dropped', { records: 6, bytes: 1000, reason: 'full' })
  vitals.observe('kafka.refused-record', { seq: 9, reason: 'too large' })
  vitals.observe('spool.damaged', { segment: 'segment-1.spool', fromSeq: 11, toSeq: 13, reason: 'rot' })
  expect(lossesOf(vitals)).toBe('10 lost, each noted in a gap')
})

it('does not hide that the spool took nothing for a while', () => {
  const vitals = agent()
  vitals.observe('spool.failed', { reason: 'EIO' })
  vitals.observe('spool.failed', { reason: 'EIO' })
  expect(lossesOf(vitals)).toBe('0 lost; the spool failed 2 times, which the log tells')
})
