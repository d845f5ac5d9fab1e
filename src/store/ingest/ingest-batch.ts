import type { RecordIdentity, TopicOrigin } from '../../metric/record.ts'
import type { DeadLetter } from '../dead-letter/dead-letter-row.ts'
import {
  deadSeqs,
  findDeadLetters,
  insertDeadLetters,
  isOtherLetter,
  knownPlaces,
  takeDeadLetter,
} from '../dead-letter/dead-letters.ts'
import { type Decision, type DecisionInput, type ExpiredForeign, decide } from './decide.ts'
import { type DueStarts, insertStarts } from '../catalog/counter-starts.ts'
import { markDirty } from './dirty-marks.ts'
import type { HostSightings, ReturnedHost } from './host-sightings.ts'
import { readRawFloor } from '../partitions.ts'
import { type BatchPosition, lockOrMakePosition, movePosition } from './positions.ts'
import { type PreparedRecord, prepareRecords } from './rows-of.ts'
import { type GapOfRun, RunHistories } from './run-histories.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CutLogs } from './cut-logs.ts'
import { StoredRows } from './stored-rows.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'
import { type Arrival, isDecoded } from './understand.ts'

/** A batch whose records have been decoded. */
export interface UnderstoodBatch {
  readonly position?: BatchPosition
  readonly arrivals: readonly Arrival[]
  /** The dead letter that this record was until now; it goes in the transaction that stores the record. */
  readonly deadLetterId?: bigint
}

/** What became of a batch, with what is to be told once it is committed. */
export type BatchResult =
  | {
      readonly outcome: 'stored'
      readonly records: number
      readonly samples: number
      readonly duplicates: number
      /** Of each new row of numbers, or where a batch has none of each new histogram, Unix milliseconds. */
      readonly times: readonly number[]
      readonly deadLetters: readonly DeadLetter[]
      readonly gaps: readonly GapOfRun[]
      /** The hosts' names by run, for messages. */
      readonly hostNames: ReadonlyMap<number | undefined, string>
      readonly expiredForeign: readonly ExpiredForeign[]
      readonly returned: readonly ReturnedHost[]
      /** To be called when the transaction is committed. */
      readonly committed: () => void
    }
  | { readonly outcome: 'stale'; readonly nextOffset: bigint }
  /** The position is not where this batch begins, and the ids may be of before whatever moved it: nothing was stored. */
  | { readonly outcome: 'moved' }

/** What writing a batch needs. */
export interface BatchWriter {
  readonly store: MetricStore
  readonly catalog: Catalog
  readonly sightings: HostSightings
  readonly cuts: CutLogs
}

/** How this try is to be made. */
export interface BatchTry {
  readonly nowMs: number
  /** The catalog remembers nothing, or only what was read for this batch. */
  readonly idsAreFresh: boolean
  /** Compare with what is stored instead of inserting without looking. */
  readonly compare: boolean
  /** Called when the transaction has its connection; throws where that may be one to another database than the ids are of. */
  readonly check: () => void
  /** Called when all is written and only COMMIT is left: should that fail, it may yet have happened. */
  readonly beforeCommit: (result: Extract<BatchResult, { readonly outcome: 'stored' }>) => void
}

/** One try to store a batch in one transaction (README, rules 1 to 10). Throws the store's errors; nothing is stored then. */
export async function ingestBatch(
  writer: BatchWriter,
  batch: UnderstoodBatch,
  { nowMs, idsAreFresh, compare, check, beforeCommit }: BatchTry,
): Promise<BatchResult> {
  const { store, catalog, cuts } = writer
  const prepared = await prepareRecords(batch.arrivals, catalog, nowMs)
  const dueStarts = await catalog.dueStarts(
    prepared.flatMap(({ parts }) =>
      parts.flatMap(({ part, hostId }) => part.scrapes.map((scrape) => ({ hostId, scrape }))),
    ),
  )
  return store.transaction(async (transaction) => {
    const { position } = batch
    let records = prepared
    if (position !== undefined) {
      const { nextOffset } = await lockOrMakePosition(store, transaction, position, nowMs)
      if (position.fromOffset > nextOffset || position.nextOffset <= nextOffset) return { outcome: 'stale', nextOffset }
      if (position.fromOffset !== nextOffset && !idsAreFresh) return { outcome: 'moved' }
      records = prepared.filter(({ arrival }) => (arrival.record.origin?.offset ?? nextOffset) >= nextOffset)
    }
    const { deadLetterId } = batch
    const taken = deadLetterId === undefined ? undefined : await takeDeadLetter(store, transaction, deadLetterId)
    const floorMs = (await readRawFloor({ database: transaction.sql, codec: store.codec })) ?? 0
    check()
    const runs = runIdentities(records)
    const histories = await RunHistories.lock(store, transaction, runIdsOf(records), nowMs, (runId) => {
      const run = runs.get(runId)
      return run !== undefined && cuts.isFirstSince(position, run) ? { state: 'lost', reason: 'kafka' } : undefined
    })
    if (taken === 'alone') takeBack(records, histories)
    const dead = await findDeadLetters(store, transaction, arrivedBefore(records, histories))
    const deadPlaces = await knownPlaces(store, transaction, placesOfLetters(records, dead))
    const stored = compare ? await StoredRows.read(transaction, records) : undefined
    const decision = decide(records, { nowMs, floorMs, histories, dead, deadPlaces, stored, taken })
    const decided = { decision, dueStarts, histories, records, nowMs, runs }
    const written = await write(writer, transaction, decided)
    const result = {
      ...written,
      committed: (): void => {
        written.committed()
        dueStarts.committed()
        cuts.read(position, runs.values())
      },
    }
    if (position !== undefined) await movePosition(store, transaction, position, position.nextOffset, nowMs)
    beforeCommit(result)
    return result
  })
}

interface Decided {
  readonly decision: Decision
  readonly dueStarts: DueStarts
  readonly histories: RunHistories
  readonly records: readonly PreparedRecord[]
  readonly nowMs: number
  readonly runs: RunIdentities
}

type RunIdentities = ReadonlyMap<number, Omit<RecordIdentity, 'seq'>>

/** The writes, in the one order of locks: rows, gaps, dead letters, dirty marks, starts, hosts. */
async function write(
  { store, sightings }: BatchWriter,
  transaction: StoreTransaction,
  { decision, dueStarts, histories, records, nowMs, runs }: Decided,
): Promise<Extract<BatchResult, { readonly outcome: 'stored' }>> {
  const { scrapes, histograms, letters } = decision
  if (scrapes.length > 0) await transaction.insertScrapes(scrapes)
  if (histograms.length > 0) await transaction.insertHistograms(histograms)
  await closeOverDeadLetters(store, transaction, { histories, runs, letters })
  await histories.save(transaction)
  const deadLetters = await insertDeadLetters(store, transaction, letters, nowMs)
  await markDirty(store, transaction, [...scrapes, ...histograms])
  await insertStarts(store, transaction, dueStarts.starts)
  const { returned, committed } = await sightings.write(transaction, records, nowMs)
  const gaps = histories.grownGaps()
  return {
    outcome: 'stored',
    records: decision.records,
    samples: scrapes.reduce((sum, { readings }) => sum + readings.length, histograms.length),
    duplicates: decision.duplicates + letters.length - deadLetters.length,
    times: (scrapes.length > 0 ? scrapes : histograms).map(({ timeMs }) => timeMs),
    deadLetters,
    gaps,
    hostNames: gaps.length === 0 ? new Map() : hostNames(records),
    expiredForeign: decision.expiredForeign,
    returned,
    committed,
  }
}

function hostNames(records: readonly PreparedRecord[]): ReadonlyMap<number | undefined, string> {
  return new Map(
    records.flatMap(({ parts, runId, noteRunId }) =>
      parts.flatMap(({ part }) => [runId, noteRunId].map((id) => [id, part.host.name] as const)),
    ),
  )
}

/** A dead letter may have come before its run was known, also in this batch: its seq has arrived and is no gap. */
async function closeOverDeadLetters(
  store: MetricStore,
  transaction: StoreTransaction,
  { histories, runs, letters }: Pick<Decided, 'histories' | 'runs'> & Pick<Decision, 'letters'>,
): Promise<void> {
  const identities = letters.flatMap(({ arrival: { identity } }) => identity ?? [])
  for (const { runId, gap } of histories.grownGaps()) {
    const run = runs.get(runId)
    if (run === undefined || gap.state === 'expired') continue
    const seqs = await deadSeqs(store, transaction, run, gap)
    const ofBatch = identities.filter((each) => each.agentUid === run.agentUid && each.run === run.run)
    const isInGap = ({ seq }: RecordIdentity): boolean => seq >= gap.fromSeq && seq <= gap.toSeq
    for (const seq of [...seqs, ...ofBatch.filter(isInGap).map((each) => each.seq)]) histories.of(runId)?.arrive(seq)
  }
}

function runIdentities(records: readonly PreparedRecord[]): RunIdentities {
  const runs = new Map<number, Omit<RecordIdentity, 'seq'>>()
  for (const { arrival, runId, noteRunId } of records) {
    const { content, identity } = arrival
    if (identity === undefined) continue
    if (runId !== undefined) runs.set(runId, identity)
    if (noteRunId !== undefined && isDecoded(content) && content.note !== undefined) {
      runs.set(noteRunId, { agentUid: identity.agentUid, run: content.note.run })
    }
  }
  return runs
}

function runIdsOf(records: readonly PreparedRecord[]): ReadonlySet<number> {
  const ids = new Set<number>()
  for (const { runId, noteRunId } of records) {
    if (runId !== undefined) ids.add(runId)
    if (noteRunId !== undefined) ids.add(noteRunId)
  }
  return ids
}

/** A dead letter that is replayed has arrived only if it finds a place now. */
function takeBack(records: readonly PreparedRecord[], histories: RunHistories): void {
  for (const { arrival, runId } of records) {
    if (arrival.identity !== undefined) histories.of(runId)?.takeBack(arrival.identity.seq)
  }
}

function arrivedBefore(records: readonly PreparedRecord[], histories: RunHistories): readonly RecordIdentity[] {
  const arrived: RecordIdentity[] = []
  for (const { arrival, runId } of records) {
    const { identity } = arrival
    if (identity !== undefined && histories.of(runId)?.hasArrived(identity.seq) === true) arrived.push(identity)
  }
  return arrived
}

/** Where records stand that are dead letters under their place, if any: foreign ones, and second ones of an identity. */
function placesOfLetters(records: readonly PreparedRecord[], dead: DecisionInput['dead']): readonly TopicOrigin[] {
  const places: TopicOrigin[] = []
  for (const { arrival } of records) {
    const { identity, record } = arrival
    const isByPlace = identity === undefined || isOtherLetter(dead, identity)
    if (isByPlace && record.origin !== undefined) places.push(record.origin)
  }
  return places
}
