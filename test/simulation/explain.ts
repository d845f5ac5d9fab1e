import type { Facts } from '../oracle/facts.ts'
import { runKey } from '../oracle/findings.ts'
import type { Journal, OwnEntry } from '../oracle/journal.ts'
import type { StoredGap, StoredLetter } from '../oracle/stored.ts'
import { placeKey } from './broker.ts'
import type { History } from './history.ts'
import { firstFloorMs } from './universe.ts'

/** What the faults of a history explain, as narrowly as they are known. */
export function factsOf(history: History, journal: Journal): Facts {
  const { broker, tally } = history.universe
  const entries = Map.groupBy(journal.own, (entry) => `${runKey(entry)}/${entry.seq}`)
  const copies = [...broker.copies.values()]
  const resent = copies.reduce((sum, { stored }) => sum + stored - 1, 0)
  return {
    explainsGap: (gap) =>
      gap.state === 'expired'
        ? isTooOld(history, gap, entries)
        : isLost(history, gap, causesOf(history, gap.agentUid)) ||
          isRefusedByDisk(history, gap, entries) ||
          isGivenForNothing(history, gap, journal) ||
          isUncutTail(history, gap, journal),
    explainsForeign: ({ origin }) => broker.lostForeign.has(placeKey(origin.topicId, origin.partition, origin.offset)),
    explainsUnseen: (entry) =>
      history.causes.has('log-cut') &&
      !history.toldRuns.has(runKey(entry)) &&
      !isInLog(history, `${runKey(entry)}/${entry.seq}`),
    explainsTwin: (entry) => isTwinLost(history, entry),
    explainsBoth: (entry) => isBoth(history, entry),
    explainsLetter: (letter) => explainsLetter(history, letter, entries),
    droppedBeforeMs: history.droppedBeforeMs,
    isNeverStored: (entry) => isNeverStored(history, entry),
    // Who slept while the topic was made anew may take the old one for new: then all of it is read once more.
    ...(history.causes.has('topic-remade')
      ? {}
      : { reread: { duplicates: tally.duplicates, most: resent + tally.rereadable } }),
  }
}

type Entries = ReadonlyMap<string, readonly OwnEntry[]>

/** What happened to the disks that an agent's records have lain on. */
function causesOf({ causes, plan, universe }: History, agentUid: string): (cause: string) => boolean {
  const lineage = universe.chronicle.lineages.get(agentUid)
  const isSmall = plan.shape.spool.maxBytes < 1e8
  return (cause) => causes.has(`${lineage}/${cause}`) || (cause === 'full' && isSmall)
}

/** Each record of the range was measured before the floor. */
function isTooOld({ floorMs }: History, gap: StoredGap, entries: Entries): boolean {
  return seqsOf(gap).every((seq) => {
    const own = entries.get(`${runKey(gap)}/${seq}`) ?? []
    return own.some(({ rows }) => rows.length > 0 && rows.every(({ timeMs }) => timeMs < floorMs))
  })
}

/** Older than the first floor. Of a run that two machines wrote the other one's record of that seq may have closed the gap. */
function isNeverStored({ forkedRuns }: History, { run, rows }: OwnEntry): boolean {
  return !forkedRuns.has(run) && rows.length > 0 && rows.every(({ timeMs }) => timeMs < firstFloorMs)
}

/** Nothing of the range is in the log any more, and something happened that may have taken it. */
function isLost(history: History, gap: StoredGap, has: (cause: string) => boolean): boolean {
  const { causes } = history
  const { broker } = history.universe
  const identities = seqsOf(gap).map((seq) => `${runKey(gap)}/${seq}`)
  if (identities.some((identity) => isInLog(history, identity))) return false
  switch (gap.reason) {
    case 'full':
      return has('full')
    case 'corrupt':
      return has('rot') || has('zeros')
    case 'refused':
      return identities.every((identity) => broker.refused.has(identity))
    case undefined:
    default:
      return causes.has('log-cut') || has('rot')
  }
}

/** Told as `full`: seqs of appends that the disk refused, as where two syncs failed one after the other. None was accepted. */
function isRefusedByDisk({ universe }: History, gap: StoredGap, entries: Entries): boolean {
  const isKept = seqsOf(gap).some((seq) => entries.has(`${runKey(gap)}/${seq}`))
  return gap.reason === 'full' && universe.chronicle.failedRuns.has(runKey(gap)) && !isKept
}

/**
 * Seqs of appends that the disk refused, in a process that ended before its next append could tell so: from here on no value of
 * the run was ever accepted or sent, at most a note that made room for them. So nothing is lost, and that they never arrived
 * is all that can be said.
 */
function isGivenForNothing({ universe }: History, gap: StoredGap, { own }: Journal): boolean {
  const { broker, chronicle } = universe
  const run = runKey(gap)
  if (gap.reason !== 'never arrived' || !chronicle.failedRuns.has(run)) return false
  // What was sent without having been accepted is in the journal too.
  const isKept = own.some((entry) => runKey(entry) === run && entry.seq >= gap.fromSeq)
  return !isKept && !seqsOf(gap).some((seq) => broker.copies.has(`${run}/${seq}`))
}

/**
 * Told as `corrupt`: a killed process had half written it, and the disk let no start cut that off, so that a later one found it
 * in the midst. Nothing of the run from there on was ever accepted or sent.
 */
function isUncutTail({ universe }: History, gap: StoredGap, { own }: Journal): boolean {
  const { lineages, unsettledLineages } = universe.chronicle
  const lineage = lineages.get(gap.agentUid)
  const isUnsettled = lineage !== undefined && unsettledLineages.has(lineage)
  const run = runKey(gap)
  return (
    gap.reason === 'corrupt' && isUnsettled && !own.some((entry) => runKey(entry) === run && entry.seq >= gap.fromSeq)
  )
}

/** The other one's copy may well be in the log. */
function isTwinLost(history: History, entry: OwnEntry): boolean {
  const has = causesOf(history, entry.agentUid)
  const isTaken = has('full') || has('rot') || has('zeros') || history.causes.has('log-cut')
  return (
    history.forkedRuns.has(entry.run) &&
    (isTaken || history.universe.broker.refused.has(`${runKey(entry)}/${entry.seq}`))
  )
}

/** Set aside by a wrong clock, and sent again under another place. */
function isBoth(history: History, entry: OwnEntry): boolean {
  const { timesStored } = history.universe.broker
  const isAhead = history.causes.has('consumer-clock') || causesOf(history, entry.agentUid)('clock')
  return isAhead && history.forkedRuns.has(entry.run) && (timesStored.get(`${runKey(entry)}/${entry.crc}`) ?? 0) > 1
}

function isInLog({ universe }: History, identity: string): boolean {
  return (universe.broker.copies.get(identity)?.there ?? 0) > 0
}

function explainsLetter(history: History, { identity, reason }: StoredLetter, entries: Entries): boolean {
  if (reason === 'ahead' && history.causes.has('consumer-clock')) return true
  // Foreign ones are held against their bytes alone; a second record of one identity has none either.
  if (identity === undefined) return reason === 'undecodable' || history.forkedRuns.size > 0
  const has = causesOf(history, identity.agentUid)
  if (reason === 'ahead') return has('clock')
  if (reason === 'conflict') return history.forkedRuns.has(identity.run)
  const own = entries.get(`${runKey(identity)}/${identity.seq}`) ?? []
  return reason === 'undecodable' && own.some(({ isUnreadable }) => isUnreadable === true)
}

function seqsOf({ fromSeq, toSeq }: StoredGap): readonly number[] {
  return Array.from({ length: toSeq - fromSeq + 1 }, (_, at) => fromSeq + at)
}
