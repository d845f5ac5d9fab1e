import type { Facts } from './facts.ts'
import type { ForeignEntry, Journal } from './journal.ts'
import { type Findings, runKey, runText } from './findings.ts'
import { RowsOfRecord } from './match-rows.ts'
import type { Stored, StoredLetter } from './stored.ts'

/** The runs that are foreign, as `runKey` says them. */
export function foreignParts({ foreign }: Journal): ReadonlySet<string> {
  return new Set(foreign.flatMap(({ parts }) => parts.map(runKey)))
}

/** Judges records without our header: they have no gaps, so each must be there unless the log lost it or retention took it. */
export function judgeForeign(journal: Journal, stored: Stored, facts: Facts, findings: Findings): void {
  const runs = foreignParts(journal)
  const rows = new Map<string, RowsOfRecord>()
  const own = stored.rows.filter((row) => runs.has(runKey(row)))
  for (const [key, of] of Map.groupBy(own, (row) => `${runKey(row)}/${row.seq}`)) rows.set(key, new RowsOfRecord(of))
  const foreign = stored.letters.filter(({ identity }) => identity === undefined)
  const letters = Map.groupBy(foreign, ({ origin }) => (origin === undefined ? '' : placeOf(origin)))
  for (const entry of journal.foreign)
    judgeEntry(entry, rows, letters.get(placeOf(entry.origin)) ?? [], facts, findings)
  const names = new Map(
    own.map((row) => [`${runKey(row)}/${row.seq}`, `foreign run ${runText(row)}, offset ${row.seq}`]),
  )
  for (const [key, of] of rows) {
    for (const each of of.repeated) findings.twice.push(`${names.get(key)}: two rows hold ${each}`)
    for (const each of of.unclaimed) findings.invented.push(`${names.get(key)}: ${each}, which nobody wrote`)
  }
  const accepted = Map.groupBy(journal.foreign, ({ origin }) => placeOf(origin))
  const ofOurs = new Set(journal.own.map(({ crc }) => crc))
  for (const [place, of] of letters) {
    const known = accepted.get(place) ?? []
    if (of.some(({ crc }) => !ofOurs.has(crc) && known.every((entry) => entry.crc !== crc)))
      findings.invented.push(`${place}: a dead letter whose bytes nobody wrote`)
  }
  for (const row of own) {
    if (row.timeMs < (facts.droppedBeforeMs ?? Number.NEGATIVE_INFINITY))
      findings.belowFloor.push(
        `foreign run ${runText(row)}, offset ${row.seq}: a row of ${new Date(row.timeMs).toISOString()}`,
      )
  }
}

function judgeEntry(
  entry: ForeignEntry,
  rows: ReadonlyMap<string, RowsOfRecord>,
  letters: readonly StoredLetter[],
  facts: Facts,
  findings: Findings,
): void {
  const oldMs = facts.droppedBeforeMs ?? Number.NEGATIVE_INFINITY
  const name = placeOf(entry.origin)
  const own = letters.filter(({ crc }) => crc === entry.crc)
  if (own.length > 1) findings.twice.push(`${name}: ${own.length} dead letters`)
  const matches = entry.parts.map((part) => {
    const stored = rows.get(`${runKey(part)}/${part.seq}`)
    stored?.claim(part.rows)
    const kept = part.rows.filter(({ timeMs }) => timeMs >= oldMs)
    // Retention took it, or it holds nothing that could be missed.
    if (kept.length === 0) return 'nothing due'
    return stored?.match(kept) ?? 'none'
  })
  const isStored = matches.length > 0 && matches.every((match) => match === 'all' || match === 'nothing due')
  if (matches.includes('differs') || (matches.includes('all') && matches.includes('none')))
    findings.altered.push(`${name}: other values, or a part of it only`)
  if (matches.includes('all') && own.length > 0)
    findings.twice.push(`${name}: its rows are stored, and it is a dead letter`)
  if (isStored) findings.counts.stored++
  const isMissing = !isStored && !matches.includes('all') && !matches.includes('differs') && own.length === 0
  if (isMissing && entry.certainty === 'accepted' && facts.explainsForeign?.(entry) !== true)
    findings.lost.push(`${name}: a foreign record, neither stored nor a dead letter`)
}

function placeOf({
  cluster,
  topic,
  topicId,
  partition,
  offset,
}: {
  readonly cluster: string
  readonly topic: string
  readonly topicId?: string | undefined
  readonly partition: number
  readonly offset: bigint
}): string {
  return `${cluster}/${topic}${topicId === undefined ? '' : `(${topicId.slice(0, 8)})`}/${partition} at ${offset}`
}
