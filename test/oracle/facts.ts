import type { ForeignEntry, OwnEntry } from './journal.ts'
import type { StoredGap, StoredLetter } from './stored.ts'

/**
 * What happened in a history that excuses a loss. All of it may be left out: then nothing is excused.
 */
export interface Facts {
  /** True where a fault of this history explains that these seqs are missing for good (a gap `lost` or `expired`). */
  readonly explainsGap?: (gap: StoredGap) => boolean
  /** True where the log lost this record before the consumer read it (truncated, topic deleted); it has no gap to be told in. */
  readonly explainsForeign?: (entry: ForeignEntry) => boolean
  /**
   * True where the log lost this record and all that came after it of its run, so that nobody could know of it: it lies above
   * the run's watermark.
   */
  readonly explainsUnseen?: (entry: OwnEntry) => boolean
  /**
   * Of two records of one identity (a forked machine): true where a fault took this one. The other one's arrival, which may be
   * a note's, closed the gap that would tell.
   */
  readonly explainsTwin?: (entry: OwnEntry) => boolean
  /**
   * Of two records of one identity that were both set aside: true where this one, which is a dead letter under its place in
   * Kafka, was sent once more when it was not to be set aside any more. Nothing tells then that it is one.
   */
  readonly explainsBoth?: (entry: OwnEntry) => boolean
  /** True where this record was to be set aside. Left out: every dead letter that holds accepted bytes is right. */
  readonly explainsLetter?: (letter: StoredLetter) => boolean
  /**
   * Rows before this time have been dropped by retention, Unix milliseconds: none may be there, and none need be. A record
   * that is older must be stored no more; ours that came late are in a gap.
   */
  readonly droppedBeforeMs?: number
  /** True for a record of ours that came too old to be ever stored: retention cannot have taken it, so it must be in a gap. */
  readonly isNeverStored?: (entry: OwnEntry) => boolean
  /** What was found stored already, and at most how many the faults explain. */
  readonly reread?: { readonly duplicates: number; readonly most: number }
}

/** What one history comes to. Each list is of sentences that name a record or a range. */
export interface Verdict {
  /** Accepted, and neither stored nor set aside nor in a gap. */
  readonly lost: readonly string[]
  /** In two of: rows, dead letter, gap; or twice in one of them. */
  readonly twice: readonly string[]
  /** Stored and never accepted. */
  readonly invented: readonly string[]
  /** Stored under its identity and time with other values. */
  readonly altered: readonly string[]
  readonly openGaps: readonly string[]
  readonly unexplainedGaps: readonly string[]
  readonly unexplainedLetters: readonly string[]
  /** Rows where retention has dropped all. */
  readonly belowFloor: readonly string[]
  /** Records written after the faults stopped that are no rows. */
  readonly notFlowing: readonly string[]
  readonly rereadTooMuch: readonly string[]
  readonly counts: VerdictCounts
}

/** What was looked at. */
export interface VerdictCounts {
  readonly accepted: number
  readonly maybe: number
  readonly foreign: number
  readonly stored: number
  readonly deadLetters: number
  readonly rows: number
  readonly gapsLost: number
  readonly gapsExpired: number
  readonly gapsOpen: number
  /** Accepted records that lie in gaps. */
  readonly inGaps: number
}

const kinds = [
  'lost',
  'twice',
  'invented',
  'altered',
  'openGaps',
  'unexplainedGaps',
  'unexplainedLetters',
  'belowFloor',
  'notFlowing',
  'rereadTooMuch',
] as const

/** What may be wrong, by the verdict's own names. */
export type ViolationKind = (typeof kinds)[number]

/** The kinds that this verdict has examples of, worst first. */
export function violationsOf(verdict: Verdict): readonly ViolationKind[] {
  return kinds.filter((kind) => verdict[kind].length > 0)
}

/** For a person: each kind with its number and the first examples; `nothing wrong` where there is none. */
export function describeVerdict(verdict: Verdict, mostExamples = 3): string {
  const lines = violationsOf(verdict).map((kind) => {
    const examples = verdict[kind].slice(0, mostExamples).map((each) => `\n  ${each}`)
    const more = verdict[kind].length > mostExamples ? `\n  … and ${verdict[kind].length - mostExamples} more` : ''
    return `${kind}: ${verdict[kind].length}${examples.join('')}${more}`
  })
  return lines.length === 0 ? 'nothing wrong' : lines.join('\n')
}
