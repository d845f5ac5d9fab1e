import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../test/support/virtual-clock.ts'
import type { LogLevel } from '../../config/log-level.ts'
import type { Emit } from '../../runtime/events.ts'
import { createLog } from './log.ts'

interface Log {
  readonly emit: Emit
  readonly clock: VirtualClock
  /** The lines since it was last asked, without their times. */
  readonly lines: () => readonly string[]
}

function log(level: LogLevel = 'info', pretty = true): Log {
  const clock = new VirtualClock()
  let text = ''
  const stream = { write: (more: string) => (text += more) }
  function lines(): readonly string[] {
    const said = text.split('\n').filter((line) => line !== '')
    text = ''
    return said.map((line) => stripVTControlCharacters(line).replace(/^[\d:]{8} {2}/, ''))
  }
  return { emit: createLog({ stream, level, pretty, clock }), clock, lines }
}

describe('equal troubles', () => {
  it('are told once, then with their count once a minute, and at the end in all', async () => {
    const { emit, clock, lines } = log()
    const failed = { reason: 'EIO', isScrapeLost: true } as const
    emit('spool.failed', failed)
    expect(lines()).toEqual(['✗ spool cannot be written: EIO; measuring goes on, the scrape is lost'])
    for (let second = 1; second < 60; second++) {
      await clock.advance(1000)
      emit('spool.failed', failed)
    }
    expect(lines()).toEqual([])
    await clock.advance(1000)
    emit('spool.failed', failed)
    expect(lines()).toEqual([
      '✗ spool cannot be written: EIO; measuring goes on, the scrape is lost (60 times more in the last minute)',
    ])
    await clock.advance(1000)
    emit('spool.failed', failed)
    emit('spool.accepted', { records: 1 })
    expect(lines()).toEqual(['✓ 1 records are safe in the spool (it had failed 62 times)'])
    emit('spool.failed', failed)
    expect(lines()).toHaveLength(1)
  })

  it('that stop are told by whatever comes next', async () => {
    const { emit, clock, lines } = log()
    for (let time = 0; time < 38; time++) emit('ingest.dead-letter', { reason: 'limits', error: 'too large' })
    expect(lines()).toHaveLength(1)
    await clock.advance(180_000)
    emit('scrape.done', { samples: 1, failures: 0, ms: 1 })
    expect(lines()).toEqual([
      '! a record became a dead letter (limits): too large (37 times more in the last 3 minutes)',
    ])
    await clock.advance(180_000)
    emit('scrape.done', { samples: 1, failures: 0, ms: 1 })
    expect(lines()).toEqual([])
  })

  it('are told at the end of a role at the latest', () => {
    const { emit, lines } = log()
    emit('scrape.skipped', { missedRounds: 3 })
    emit('scrape.skipped', { missedRounds: 4 })
    emit('role.stopped', { role: 'up', facts: 'flushed' })
    expect(lines()).toEqual([
      '! 3 rounds skipped: the former one took too long',
      '! 4 rounds skipped: the former one took too long (once more in the last minute)',
      '✓ up stopped: flushed',
    ])
  })

  it('of another host, or for another reason, are other troubles', () => {
    const { emit, lines } = log()
    emit('ingest.gap', { host: 'web-1', fromSeq: 1, toSeq: 2, state: 'open' })
    emit('ingest.gap', { host: 'web-1', fromSeq: 1, toSeq: 9, state: 'open' })
    emit('ingest.gap', { host: 'web-2', fromSeq: 1, toSeq: 2, state: 'open' })
    emit('ingest.gap', { host: 'web-1', fromSeq: 1, toSeq: 2, state: 'lost', reason: 'full' })
    expect(lines()).toHaveLength(3)
  })

  it('end only with their own recovery', () => {
    const { emit, lines } = log()
    for (const metric of ['a', 'a', 'b']) emit('metric.failed', { metric, reason: 'it threw' })
    lines()
    emit('metric.recovered', { metric: 'a' })
    emit('metric.recovered', { metric: 'b' })
    expect(lines()).toEqual(['✓ a is measured again (it had failed 2 times)', '✓ b is measured again'])
  })
})

it('says that a scrape is lost only where one is', () => {
  const { emit, lines } = log()
  emit('spool.failed', { reason: 'EMFILE: too many open files' })
  expect(lines()).toEqual(['✗ spool: EMFILE: too many open files; measuring goes on'])
})

it('says how many records waited for Kafka, when it is back', () => {
  const { emit, lines } = log()
  emit('kafka.connected', { brokers: 'k:9092', topic: 't', spooledRecords: 412 })
  emit('kafka.connected', { brokers: 'k:9092', topic: 't', spooledRecords: 0 })
  expect(lines()).toEqual([
    '✓ Kafka k:9092, topic t: connected, 412 records that waited in the spool are being sent',
    '✓ Kafka k:9092, topic t: connected',
  ])
})

describe('what a record or a host says of itself', () => {
  const evil = 'a\u001b[2J\u009b1m\r\n\u202eb'

  /** What is written of it. */
  function written(pretty: boolean): string {
    let text = ''
    const stream = { write: (more: string) => (text += more) }
    const emit = createLog({ stream, level: 'info', pretty, clock: new VirtualClock() })
    emit('ingest.dead-letter', { reason: 'undecodable', error: evil })
    emit('ingest.gap', { host: evil, fromSeq: 1, toSeq: 2, state: 'open' })
    return text
  }

  it('gives a terminal nothing to act upon, and makes no line of its own', () => {
    const text = stripVTControlCharacters(written(true))
    expect(text.split('\n')).toHaveLength(3)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(text.match(/\\u009b1m/g)).toHaveLength(2)
  })

  it('stands in JSON lines as it is, and harmless', () => {
    const lines = written(false).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ event: 'ingest.gap', host: evil })
  })
})

it('never holds back what is no trouble', () => {
  const { emit, lines } = log('debug')
  for (let time = 0; time < 3; time++) emit('ingest.stored', { records: 1, samples: 1, duplicates: 0, ms: 1 })
  expect(lines()).toHaveLength(3)
})

it('has the counts in its JSON lines', async () => {
  const { emit, clock, lines } = log('info', false)
  for (let time = 0; time < 3; time++) emit('store.failing', { store: 's', reason: 's: away' })
  await clock.advance(60_000)
  emit('store.failing', { store: 's', reason: 's: away' })
  emit('store.recovered', { store: 's' })
  expect(lines().map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'error', event: 'store.failing', store: 's' },
    { level: 'error', event: 'store.failing', repeated: 3 },
    { level: 'info', event: 'store.recovered', ended: 4, msg: 's: storing again (it had failed 4 times)' },
  ])
})
