import type { Note } from '../metric/record.ts'

/** A note and the identity that it speaks under: the one whose records it is about. */
export interface AddressedNote {
  readonly agentUid: string
  readonly note: Note
}

/** The same said with as few notes as possible: those of one run and reason whose ranges touch become one. */
export function mergeNotes(notes: readonly AddressedNote[]): readonly AddressedNote[] {
  const alike = Map.groupBy(notes, ({ agentUid, note }) => `${agentUid}/${note.run}/${note.reason}`)
  return [...alike.values()].flatMap((group) => {
    const merged: AddressedNote[] = []
    for (const each of group.toSorted((a, b) => a.note.fromSeq - b.note.fromSeq)) {
      const last = merged.at(-1)
      if (last === undefined || each.note.fromSeq > last.note.toSeq + 1) merged.push(each)
      else
        merged[merged.length - 1] = {
          ...last,
          note: { ...last.note, toSeq: Math.max(last.note.toSeq, each.note.toSeq) },
        }
    }
    return merged
  })
}
