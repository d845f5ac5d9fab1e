import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { Health } from './health.ts'

const kafka = { brokers: 'k:9092', topic: 't' }

describe('an agent', () => {
  it('is ready once the broker is connected, and tells since when it is not', async () => {
    const clock = new VirtualClock()
    const health = new Health({ needs: ['kafka', 'spool'], intervalMs: 10_000, clock })
    const began = clock.now()
    expect(health.notReady()).toMatchObject([{ what: 'kafka', sinceMs: began, reason: 'not connected yet' }])
    health.observe('kafka.connected', kafka)
    expect(health.notReady()).toEqual([])
    await clock.advance(5000)
    health.observe('kafka.failing', { reason: 'k:9092: nobody listens' })
    await clock.advance(5000)
    health.observe('kafka.failing', { reason: 'k:9092: silent', nextStep: 'look' })
    expect(health.notReady()).toEqual([
      { what: 'kafka', sinceMs: began + 5000, reason: 'k:9092: silent', nextStep: 'look' },
    ])
    expect(health.stalled()).toEqual([])
  })

  it('is not ready while the spool takes nothing', () => {
    const health = new Health({ needs: ['spool'], clock: new VirtualClock() })
    health.observe('spool.failed', { reason: 'ENOSPC' })
    expect(health.notReady()).toMatchObject([{ what: 'spool', reason: 'ENOSPC' }])
    health.observe('spool.accepted', { records: 1 })
    expect(health.notReady()).toEqual([])
  })

  it('is stalled when its rounds cease', async () => {
    const clock = new VirtualClock()
    const health = new Health({ needs: [], intervalMs: 10_000, clock })
    await clock.advance(50_000)
    expect(health.stalled()).toEqual([])
    health.observe('scrape.done', { samples: 1, failures: 0, ms: 1 })
    const roundAt = clock.now()
    await clock.advance(51_000)
    expect(health.stalled()).toMatchObject([{ what: 'rounds', sinceMs: roundAt }])
    health.observe('scrape.done', { samples: 1, failures: 0, ms: 1 })
    expect(health.stalled()).toEqual([])
  })
})

describe('a consumer', () => {
  it('is ready with partitions and a database, and never stalled for want of records', async () => {
    const clock = new VirtualClock()
    const health = new Health({ needs: ['kafka', 'partitions', 'database'], clock })
    expect(health.notReady().map(({ what }) => what)).toEqual(['kafka', 'partitions', 'database'])
    health.observe('kafka.assigned', { topic: 't', partitions: [] })
    expect(health.notReady().map(({ what }) => what)).toContain('partitions')
    health.observe('kafka.assigned', { topic: 't', partitions: [0, 1] })
    expect(health.notReady()).toEqual([])
    health.observe('store.failing', { store: 's', reason: 's: away' })
    expect(health.notReady()).toMatchObject([{ what: 'database', reason: 's: away' }])
    health.observe('store.recovered', { store: 's' })
    await clock.advance(86_400_000)
    expect([...health.notReady(), ...health.stalled()]).toEqual([])
  })

  it('stays not ready when its storing ended, whatever follows', () => {
    const health = new Health({ needs: ['database'], clock: new VirtualClock() })
    health.observe('ingest.stored', { records: 1, samples: 1, duplicates: 0, ms: 1 })
    health.observe('role.failed', { role: 'storing', reason: 'no right', nextStep: 'grant it' })
    health.observe('spool.accepted', { records: 1 })
    expect(health.notReady()).toMatchObject([{ what: 'role', reason: 'storing ended: no right', nextStep: 'grant it' }])
  })
})
