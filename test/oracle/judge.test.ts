import { describe, expect, it } from 'vitest'
import { encodeMessage } from '../../src/wire/topic-message.ts'
import { foreignRecord, gaugeOf, TestAgent, testTopic, timerOf } from '../support/arrived-records.ts'
import { describeVerdict, type Facts, type Verdict, violationsOf } from './facts.ts'
import { judge } from './judge.ts'
import { type ForeignEntry, JournalReader, type OwnEntry } from './journal.ts'
import type { Stored, StoredGap, StoredLetter, StoredRow } from './stored.ts'

const reader = new JournalReader()
const agent = new TestAgent()
const timeMs = Date.UTC(2026, 10, 24, 8)
const { agentUid, run } = agent

function entryOf(seq: number, flags: Partial<OwnEntry> = {}): OwnEntry {
  const { value } = agent.record(seq, timeMs + seq * 1000, [gaugeOf('load', seq), timerOf('call', timeMs)])
  return { ...reader.own({ agentUid, run, seq, value }), ...flags }
}

function rowsOf({ seq, rows }: OwnEntry): readonly StoredRow[] {
  return rows.map((row) => ({ agentUid, run, seq, ...row }))
}

function letterOf({ seq, crc }: OwnEntry, reason = 'ahead'): StoredLetter {
  return { identity: { agentUid, run, seq }, origin: undefined, reason, crc }
}

function gapOf(fromSeq: number, toSeq: number, state: StoredGap['state'] = 'lost'): StoredGap {
  return { agentUid, run, fromSeq, toSeq, state, reason: undefined }
}

function rowsOfForeign({ parts }: ForeignEntry): readonly StoredRow[] {
  return parts.flatMap(({ rows, ...identity }) => rows.map((row) => ({ ...identity, ...row })))
}

function changed<Row extends object>(rows: readonly Row[], change: Partial<Row>): readonly Row[] {
  return rows.map((row) => Object.assign({}, row, change))
}

function judged(own: readonly OwnEntry[], stored: Partial<Stored>, facts: Facts = {}): Verdict {
  const runs = [{ agentUid, run, highSeq: Math.max(0, ...own.map(({ seq }) => seq)) }]
  return judge({ own, foreign: [] }, { rows: [], letters: [], gaps: [], runs, ...stored }, facts)
}

const [one, two] = [entryOf(1), entryOf(2)]
const excused: Facts = { explainsGap: () => true }

describe('records of ours', () => {
  it('are right where each is stored once', () => {
    const verdict = judged([one, two], { rows: [...rowsOf(one), ...rowsOf(two)] })
    expect(violationsOf(verdict)).toEqual([])
    expect(describeVerdict(verdict)).toBe('nothing wrong')
    expect(verdict.counts).toMatchObject({ accepted: 2, stored: 2, rows: 4 })
  })

  it('may be dead letters, or lie in a gap that a fault explains', () => {
    const verdict = judged([one, two], { letters: [letterOf(one)], gaps: [gapOf(2, 2)] }, excused)
    expect(violationsOf(verdict)).toEqual([])
    expect(verdict.counts).toMatchObject({ deadLetters: 1, gapsLost: 1, inGaps: 1 })
  })

  it.each([
    ['lost: nowhere', [], {}, ['lost']],
    ['lost: a dead letter of other bytes', [], { letters: [letterOf({ ...one, crc: 5 })] }, ['lost', 'invented']],
    ['twice: two rows', [...rowsOf(one), ...rowsOf(one)], {}, ['twice']],
    ['twice: row and dead letter', rowsOf(one), { letters: [letterOf(one)] }, ['twice']],
    ['twice: row and gap', rowsOf(one), { gaps: [gapOf(1, 1)] }, ['twice']],
    ['twice: dead letter and gap', [], { letters: [letterOf(one)], gaps: [gapOf(1, 1)] }, ['twice']],
    ['twice: two dead letters', [], { letters: [letterOf(one), letterOf(one)] }, ['twice']],
    ['invented: a second time', [...rowsOf(one), ...changed(rowsOf(one), { timeMs: 5 })], {}, ['invented']],
    ['altered: another value', changed(rowsOf(one), { values: new Map([['load {}', '77']]) }), {}, ['altered']],
    ['altered: only a part', rowsOf(one).slice(1), {}, ['altered']],
  ] as const)('finds %s', (_what, rows, stored, expected) => {
    expect(violationsOf(judged([one], { rows, ...stored }, excused))).toEqual(expected)
  })

  it('finds what was never accepted', () => {
    expect(violationsOf(judged([], { rows: rowsOf(one) }))).toEqual(['invented'])
    expect(violationsOf(judged([], { letters: [letterOf(one)] }))).toEqual(['invented'])
  })

  it('asks nothing of what may not have been accepted, but not twice', () => {
    const maybe = entryOf(1, { certainty: 'maybe' })
    expect(violationsOf(judged([maybe], {}))).toEqual([])
    expect(violationsOf(judged([maybe], { rows: rowsOf(maybe) }))).toEqual([])
    expect(violationsOf(judged([maybe], { rows: rowsOf(maybe), letters: [letterOf(maybe)] }))).toEqual(['twice'])
  })

  it('excuses a record that the log lost only where nothing later of its run was seen', () => {
    const facts = { explainsUnseen: () => true }
    expect(violationsOf(judged([one], { runs: [{ agentUid, run, highSeq: 0 }] }, facts))).toEqual([])
    expect(violationsOf(judged([one], { runs: [{ agentUid, run, highSeq: 1 }] }, facts))).toEqual(['lost'])
  })

  it('takes the watermark for an empty record, and not for one that cannot be understood', () => {
    const empty = reader.own({ agentUid, run, seq: 1, value: agent.record(1, timeMs, []).value })
    const poison = reader.own({ agentUid, run, seq: 1, value: agent.poison(1).value })
    expect(violationsOf(judged([empty], {}))).toEqual([])
    expect(violationsOf(judged([empty], { runs: [] }))).toEqual(['lost'])
    expect(violationsOf(judged([poison], {}))).toEqual(['lost'])
    expect(violationsOf(judged([poison], { letters: [letterOf(poison)] }))).toEqual([])
  })

  it('wants a fresh record stored as rows', () => {
    const fresh = entryOf(3, { isFresh: true })
    expect(violationsOf(judged([fresh], { gaps: [gapOf(3, 3)] }, excused))).toEqual(['notFlowing'])
    expect(violationsOf(judged([fresh], { rows: rowsOf(fresh) }))).toEqual([])
  })

  it('finds what lies in two gaps', () => {
    const gaps = [gapOf(1, 2), gapOf(2, 3, 'expired')]
    expect(judged([one, two], { gaps }, excused).twice).toEqual([expect.stringContaining('seq 2: two gaps')])
    expect(judged([one, two], { gaps: [gapOf(1, 1), gapOf(2, 2, 'expired')] }, excused).twice).toEqual([])
  })

  it('wants a gap over what came too old to be ever stored', () => {
    const facts = { droppedBeforeMs: timeMs + 86_400_000, isNeverStored: () => true }
    expect(judged([one], {}, facts).lost).toHaveLength(1)
    const told = judged([one], { gaps: [gapOf(1, 1, 'expired')] }, { ...facts, ...excused })
    expect(violationsOf(told)).toEqual([])
  })

  it('wants nothing from before what retention dropped, and there nothing', () => {
    const facts = { droppedBeforeMs: timeMs + 86_400_000 }
    expect(violationsOf(judged([one], {}, facts))).toEqual([])
    expect(violationsOf(judged([one], { rows: rowsOf(one) }, facts))).toEqual(['belowFloor'])
  })
})

describe('two processes under one run', () => {
  const twin = reader.own({ agentUid, run, seq: 1, value: agent.record(1, timeMs + 1000, [gaugeOf('load', 9)]).value })

  it('have both rows where the times differ, and one dead letter where they do not', () => {
    const later = reader.own({
      agentUid,
      run,
      seq: 1,
      value: agent.record(1, timeMs + 2500, [gaugeOf('load', 9)]).value,
    })
    expect(violationsOf(judged([one, later], { rows: [...rowsOf(one), ...rowsOf(later)] }))).toEqual([])
    expect(violationsOf(judged([one, twin], { rows: rowsOf(one), letters: [letterOf(twin, 'conflict')] }))).toEqual([])
  })

  it('may each be a dead letter, and the one without an identity of its own a row too only where a fault explains that', () => {
    const stray: StoredLetter = { ...letterOf(twin), identity: undefined }
    const stored = { rows: rowsOf(twin), letters: [letterOf(one), stray] }
    const facts = { explainsBoth: () => true }
    expect(violationsOf(judged([one, twin], { letters: stored.letters }))).toEqual([])
    expect(violationsOf(judged([one, twin], stored, facts))).toEqual([])
    expect(violationsOf(judged([one, twin], stored))).toEqual(['twice'])
    expect(violationsOf(judged([one, twin], { rows: rowsOf(one), letters: stored.letters }, facts))).toEqual(['twice'])
  })

  it('are not both excused by one of them', () => {
    expect(violationsOf(judged([one, twin], { rows: rowsOf(one) }))).toEqual(['altered'])
    expect(violationsOf(judged([one, twin], {}))).toEqual(['lost'])
    const later = reader.own({
      agentUid,
      run,
      seq: 1,
      value: agent.record(1, timeMs + 2500, [gaugeOf('load', 9)]).value,
    })
    const facts = { explainsTwin: () => true }
    expect(violationsOf(judged([one, later], { rows: rowsOf(one) }, facts))).toEqual([])
  })
})

describe('gaps', () => {
  it('must be closed, and explained', () => {
    expect(violationsOf(judged([], { gaps: [gapOf(4, 5, 'open')] }, excused))).toEqual(['openGaps'])
    expect(violationsOf(judged([], { gaps: [gapOf(4, 5)] }))).toEqual(['unexplainedGaps'])
    expect(violationsOf(judged([], { gaps: [gapOf(4, 5, 'expired')] }, excused))).toEqual([])
  })

  it('are told in words', () => {
    const verdict = judged([one], { gaps: [gapOf(4, 5, 'open')] })
    expect(describeVerdict(verdict)).toBe(
      [
        'lost: 1',
        '  run a0000000/7, seq 1: neither stored, nor a dead letter, nor in a gap',
        'openGaps: 1',
        '  run a0000000/7, seq 4 to 5, open',
      ].join('\n'),
    )
  })
})

describe('other facts', () => {
  it('hold dead letters and second readings to an explanation', () => {
    expect(violationsOf(judged([one], { letters: [letterOf(one)] }, { explainsLetter: () => false }))).toEqual([
      'unexplainedLetters',
    ])
    const rows = rowsOf(one)
    expect(violationsOf(judged([one], { rows }, { reread: { duplicates: 3, most: 2 } }))).toEqual(['rereadTooMuch'])
    expect(violationsOf(judged([one], { rows }, { reread: { duplicates: 2, most: 2 } }))).toEqual([])
  })
})

describe('foreign records', () => {
  const origin = { ...testTopic, offset: 7n }
  const foreign = reader.foreign(foreignRecord('web-9', 4), origin)
  const poison = reader.foreign({ ...foreignRecord('web-9', 4), value: Uint8Array.of(1, 2) }, { ...origin, offset: 8n })

  function judgedForeign(stored: Partial<Stored>, facts: Facts = {}): readonly string[] {
    return violationsOf(
      judge({ own: [], foreign: [foreign, poison] }, { rows: [], letters: [], gaps: [], runs: [], ...stored }, facts),
    )
  }

  const rows = rowsOfForeign(foreign)
  const letters = [
    { identity: undefined, origin: { ...poison.origin, topicId: undefined }, reason: 'undecodable', crc: poison.crc },
  ]

  it('must all be there', () => {
    expect(judgedForeign({ rows, letters })).toEqual([])
    expect(judgedForeign({ rows })).toEqual(['lost'])
    expect(judgedForeign({ letters })).toEqual(['lost'])
    expect(judgedForeign({ letters }, { explainsForeign: ({ origin: { offset } }) => offset === 7n })).toEqual([])
  })

  it('are found twice, altered and invented', () => {
    expect(judgedForeign({ rows: [...rows, ...rows], letters })).toEqual(['twice'])
    expect(judgedForeign({ rows: changed(rows, { values: new Map([['load {}', '5']]) }), letters })).toEqual([
      'altered',
    ])
    expect(judgedForeign({ rows: [...rows, ...changed(rows, { seq: 99 })], letters })).toEqual(['invented'])
    expect(judgedForeign({ rows, letters: changed(letters, { crc: 1 }) })).toEqual(['lost', 'invented'])
  })
})

describe('entries', () => {
  it('are made from the bytes that travel', () => {
    const { value } = agent.record(4, timeMs, [gaugeOf('load', -0), gaugeOf('temperature', 21.5, { room: 'a' })])
    expect(reader.own({ agentUid, run, seq: 4, value }).rows).toEqual([
      {
        timeMs,
        kind: 'scrape',
        values: new Map([
          ['load {}', '0'],
          ['temperature {"room":"a"}', '21.5'],
        ]),
      },
    ])
    expect(encodeMessage({ agentUid, run, seq: 4, value }, 0).value).toBe(value)
  })
})
