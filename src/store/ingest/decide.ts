import { DuplicateRowError } from '../../runtime/errors.ts'
import type { DeadLetter } from '../dead-letter/dead-letter-row.ts'
import { isDeadLetter, placeKey, type TakenLetter } from '../dead-letter/dead-letters.ts'
import { newestTime, type PreparedRecord } from './rows-of.ts'
import type { RunHistories } from './run-histories.ts'
import type { FreshRows, StoredRows } from './stored-rows.ts'
import type { HistogramRow, ScrapeRow } from '../store.ts'
import { isDecoded, type Refusal } from './understand.ts'

/** A clock may run an hour fast; what is further ahead would be overtaken by nothing and is set aside. */
const mostAheadMs = 3_600_000

const tooOldBesideAnother = 'it is older than the raw retention, and another record of its identity has arrived'

/** What the decision depends on besides the records. */
export interface DecisionInput {
  readonly nowMs: number
  /** No row before this is kept. */
  readonly floorMs: number
  readonly histories: RunHistories
  /** Records of ours that are dead letters already, as `findDeadLetters` says them. */
  readonly dead: ReadonlyMap<string, number | undefined>
  /** Where foreign records and second ones of an identity stand that are dead letters already, as `placeKey` says it. */
  readonly deadPlaces: ReadonlySet<string>
  /** Undefined at the first try, where the database itself says whether a key is there already. */
  readonly stored: StoredRows | undefined
  /** What the dead letter stood for that this record was until now; undefined where it was none. */
  readonly taken: TakenLetter | undefined
}

/** Foreign rows that came too old; they have no gap to be told in. */
export interface ExpiredForeign {
  readonly host: string
  readonly seq: number
}

/** What is to become of a batch. */
export interface Decision {
  readonly scrapes: readonly ScrapeRow[]
  readonly histograms: readonly HistogramRow[]
  readonly letters: readonly DeadLetter[]
  readonly expiredForeign: readonly ExpiredForeign[]
  /** Records that were stored, and that were there already. */
  readonly records: number
  readonly duplicates: number
}

/**
 * Decides, record by record in their order, what is stored, set aside, too old or there already; moves the histories. Throws
 * DuplicateRowError where it takes a comparison (`stored`).
 */
export function decide(records: readonly PreparedRecord[], input: DecisionInput): Decision {
  const scrapes: ScrapeRow[] = []
  const histograms: HistogramRow[] = []
  const letters: DeadLetter[] = []
  const expired: ExpiredForeign[] = []
  let stored = 0
  let duplicates = 0
  for (const record of records) {
    const decided = decideOne(record, input)
    if (decided === 'duplicate') duplicates++
    else if (decided === 'expired') expired.push(...expiredForeign(record, input.floorMs))
    else if ('reason' in decided) letters.push({ arrival: record.arrival, ...decided })
    else {
      stored++
      for (const row of decided.scrapes) scrapes.push(row)
      for (const row of decided.histograms) histograms.push(row)
      expired.push(...expiredForeign(record, input.floorMs))
    }
  }
  return { scrapes, histograms, letters, expiredForeign: expired, records: stored, duplicates }
}

function decideOne(record: PreparedRecord, input: DecisionInput): FreshRows | Refusal | 'duplicate' | 'expired' {
  const { arrival, runId } = record
  const { content, identity } = arrival
  const history = input.histories.of(runId)
  const seq = identity?.seq ?? 0
  const hasArrived = history?.hasArrived(seq) === true
  if (!isDecoded(content)) {
    history?.arrive(seq)
    return content
  }
  const rows = rowsOf(record)
  const newest = newestTime(rows)
  const { origin } = arrival.record
  const isKnownLetter =
    identity !== undefined && isDeadLetter(input.dead, identity)
      ? hasArrived
      : origin !== undefined && input.deadPlaces.has(placeKey(origin))
  if (isKnownLetter) return 'duplicate'
  if (newest > input.nowMs + mostAheadMs) {
    // It may be stored since before this clock went back, which only a comparison tells.
    if (input.stored === undefined) throw new DuplicateRowError('a record that is ahead may be stored already')
    history?.arrive(seq)
    if (input.stored.holds(rows)) return 'duplicate'
    return { reason: 'ahead', error: `its time ${new Date(newest).toISOString()} is more than an hour ahead` }
  }
  const kept = {
    scrapes: notBefore(rows.scrapes, input.floorMs),
    histograms: notBefore(rows.histograms, input.floorMs),
  }
  const isEmpty = kept.scrapes.length + kept.histograms.length === 0
  if (isEmpty && rows.scrapes.length + rows.histograms.length > 0) {
    // A gap would speak of the other one, and without a word this one must not go.
    if (hasArrived && input.taken === 'beside another') return { reason: 'conflict', error: tooOldBesideAnother }
    if (hasArrived) return 'duplicate'
    history?.miss(seq, seq, 'expired', 'older than the raw retention')
    return 'expired'
  }
  const fresh = input.stored?.admit(kept) ?? kept
  history?.arrive(seq)
  if (fresh === 'conflict') {
    return { reason: 'conflict', error: 'a record of the same identity and time is stored with other values' }
  }
  noteMissing(record, input)
  const isNothingNew = fresh.scrapes.length + fresh.histograms.length === 0
  return isNothingNew && (hasArrived || !isEmpty) ? 'duplicate' : fresh
}

/** A tombstone or the end of a former run: of its range what has not arrived, and nothing else. */
function noteMissing({ arrival: { content }, noteRunId }: PreparedRecord, { histories }: DecisionInput): void {
  if (!isDecoded(content) || content.note === undefined) return
  const { fromSeq, toSeq, reason } = content.note
  const history = histories.of(noteRunId)
  if (reason === 'run-ended') history?.miss(1, toSeq, 'open')
  else history?.miss(fromSeq, toSeq, 'lost', reason)
}

/** The list itself where all is kept, as nearly always. */
function notBefore<Row extends { readonly timeMs: number }>(rows: readonly Row[], floorMs: number): readonly Row[] {
  const isKept = ({ timeMs }: Row): boolean => timeMs >= floorMs
  return rows.every(isKept) ? rows : rows.filter(isKept)
}

function rowsOf({ parts }: PreparedRecord): FreshRows {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  return {
    scrapes: parts.flatMap(({ scrapes }) => scrapes),
    histograms: parts.flatMap(({ histograms }) => histograms),
  }
}

function expiredForeign({ parts }: PreparedRecord, floorMs: number): readonly ExpiredForeign[] {
  if (parts[0]?.part.run.foreign !== true) return []
  return parts
    .filter(({ part }) => part.run.foreign)
    .filter(({ scrapes, histograms }) => [...scrapes, ...histograms].some(({ timeMs }) => timeMs < floorMs))
    .map(({ part }) => ({ host: part.host.name, seq: part.seq }))
}
