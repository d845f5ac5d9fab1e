import { expect, it } from 'vitest'
import type { NoteReason } from '../metric/record.ts'
import { mergeNotes, type AddressedNote } from './addressed-note.ts'

const noted = (
  fromSeq: number,
  toSeq: number,
  reason: NoteReason = 'full',
  agentUid = 'a',
  run = 1n,
): AddressedNote => ({
  agentUid,
  note: { run, fromSeq, toSeq, reason },
})

it.each([
  ['ranges that touch or overlap', [noted(4, 6), noted(1, 3), noted(5, 9)], [noted(1, 9)]],
  ['a range inside another', [noted(1, 9), noted(2, 3), noted(10, 10)], [noted(1, 10)]],
  ['no range over a hole', [noted(1, 2), noted(4, 5)], [noted(1, 2), noted(4, 5)]],
  ['no two reasons', [noted(1, 2), noted(3, 4, 'corrupt')], [noted(1, 2), noted(3, 4, 'corrupt')]],
  ['no two runs', [noted(1, 2), noted(3, 4, 'full', 'a', 2n)], [noted(1, 2), noted(3, 4, 'full', 'a', 2n)]],
  ['no two agents', [noted(1, 2), noted(3, 4, 'full', 'b')], [noted(1, 2), noted(3, 4, 'full', 'b')]],
])('makes one note of %s', (_what, given, expected) => {
  expect(mergeNotes(given)).toEqual(expected)
})
