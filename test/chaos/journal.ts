import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Note, NoteReason, RecordIdentity } from '../../src/metric/record.ts'
import type { StoredRecord } from '../../src/spool/record-format.ts'

/** A record that an agent wrote into its spool; `isAccepted` once the spool's sync had succeeded, so that it is promised. */
export interface JournalRecord extends RecordIdentity {
  readonly crc: number
  readonly value: Uint8Array
  readonly note?: Note
  readonly isAccepted: boolean
  /** When it was written, Unix milliseconds. */
  readonly atMs: number
  /** The file that tells of it. */
  readonly file: string
}

/** A line of a journal: a record before it is written, or the identities that are safe now. */
type Line =
  | {
      readonly atMs: number
      readonly agentUid: string
      readonly run: string
      readonly seq: number
      readonly crc: number
      readonly value: string
      readonly note?: readonly [run: string, fromSeq: number, toSeq: number, reason: NoteReason]
    }
  | { readonly safe: readonly string[] }

/** Says, before the disk hears of it, that this record is being written. A killed process's lines outlive it without a sync. */
export function journalWriting(
  fd: number,
  { agentUid, run, crc }: { readonly agentUid: string; readonly run: bigint; readonly crc: number },
  { seq, value, note }: StoredRecord,
): void {
  write(fd, {
    atMs: Date.now(),
    agentUid,
    run: String(run),
    seq,
    crc,
    value: Buffer.from(value).toString('base64'),
    ...(note === undefined ? {} : { note: [String(note.run), note.fromSeq, note.toSeq, note.reason] as const }),
  })
}

/** Says, after a sync that succeeded, that these records are safe. */
export function journalSafe(fd: number, records: readonly RecordIdentity[]): void {
  write(fd, { safe: records.map(keyOf) })
}

/** A record's identity as text. */
export function keyOf({ agentUid, run, seq }: RecordIdentity): string {
  return `${agentUid} ${run} ${seq}`
}

/**
 * All that the agents of a folder of journals wrote, each identity once. Throws where one identity was written with two
 * contents.
 */
export function readJournals(folder: string): readonly JournalRecord[] {
  const records = new Map<string, JournalRecord>()
  const safe = new Set<string>()
  for (const file of readdirSync(folder).toSorted()) {
    for (const line of linesOf(readFileSync(join(folder, file), 'utf8'))) {
      if ('safe' in line) {
        for (const key of line.safe) safe.add(key)
        continue
      }
      const record = Object.assign(recordOf(line), { file })
      const former = records.get(keyOf(record))
      if (former !== undefined && former.crc !== record.crc) {
        throw new Error(`the agent wrote ${keyOf(record)} twice, and not alike`)
      }
      records.set(keyOf(record), record)
    }
  }
  return Array.from(records, ([key, record]) => Object.assign(record, { isAccepted: safe.has(key) }))
}

function recordOf({
  atMs,
  agentUid,
  run,
  seq,
  crc,
  value,
  note,
}: Extract<Line, { agentUid: string }>): Omit<JournalRecord, 'file'> {
  return {
    agentUid,
    run: BigInt(run),
    seq,
    crc,
    value: Buffer.from(value, 'base64'),
    ...(note === undefined
      ? {}
      : { note: { run: BigInt(note[0]), fromSeq: note[1], toSeq: note[2], reason: note[3] } }),
    isAccepted: false,
    atMs,
  }
}

/** A last line without its end was torn by a kill: what it would have said had not begun yet. */
function linesOf(text: string): readonly Line[] {
  // Written by `write`.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}

function write(fd: number, line: Line): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  let written = 0
  while (written < bytes.length) written += writeSync(fd, bytes, written)
}
