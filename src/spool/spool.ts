import type { SpooledRecord } from '../metric/record.ts'
import type { Disk } from '../runtime/disk.ts'
import { describeError, HostvitalsError, StateFolderError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { AcknowledgedSlots, type Acknowledged } from './acknowledged.ts'
import type { AddressedNote } from './addressed-note.ts'
import { Appender } from './appender.ts'
import { keepFile } from './kept-file.ts'
import { readWaiting } from './read-waiting.ts'
import { keepDamaged, recover } from './recovery.ts'
import type { StoredRecord } from './record-format.ts'
import { SegmentFolder } from './segment-folder.ts'
import { scanKnown } from './scan-known.ts'
import { segmentName, type Damage, type Scan, type Segment } from './segment.ts'
import { tolerate } from './tolerate.ts'

/** Where a spool is, whose records it takes, and how large it may grow. */
export interface SpoolOptions {
  readonly folder: string
  readonly agentUid: string
  readonly run: bigint
  readonly maxBytes: number
  /** Of the file system; below it the oldest segment goes. */
  readonly keepFreeRatio: number
  /** Acknowledged segments are kept while they fit in so many bytes, for `replay`. Default 64 MiB. */
  readonly keepAcknowledgedBytes?: number
  /** Default 8 MiB, at most an eighth of `maxBytes`. */
  readonly segmentBytes?: number
  readonly disk: Disk
  readonly emit: Emit
}

/** A batch of great records is ended here, whatever their number: all that is under way is held in memory. */
const mostBatchBytes = 4 * 1024 * 1024

/** Records that come next, oldest first, and the place behind them. */
export interface SpoolBatch {
  readonly records: readonly SpooledRecord[]
  readonly end: Acknowledged
}

/** The disk queue between an agent and what takes its records. README.md has its invariants. */
export class Spool implements AsyncDisposable {
  readonly #options: SpoolOptions
  readonly #slots: AcknowledgedSlots
  readonly #folder: SegmentFolder
  readonly #appender: Appender
  readonly #notedDamages = new Set<string>()
  #acknowledged: Acknowledged
  #arrival = Promise.withResolvers<void>()
  #acknowledgement = Promise.withResolvers<void>()

  private constructor(options: SpoolOptions, slots: AcknowledgedSlots, folder: SegmentFolder) {
    this.#options = options
    this.#slots = slots
    this.#folder = folder
    this.#acknowledged = slots.found ?? { segment: 0, bytes: 0, records: 0 }
    this.#appender = new Appender({
      ...options,
      folder,
      segmentBytes: Math.min(options.segmentBytes ?? 8 * 1024 * 1024, Math.ceil(options.maxBytes / 8)),
      unacknowledgedOf: (segment) => this.#unacknowledgedOf(segment),
      onArrival: () => {
        this.#arrival.resolve()
        this.#arrival = Promise.withResolvers()
      },
    })
  }

  /**
   * Opens the folder, makes it if needed, recovers what is there, and notes where former runs ended. Throws
   * StateFolderError when the folder cannot be used.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { disk, folder, emit } = options
    try {
      await disk.makeFolder(folder)
      const { segments, nextNumber, notes } = await recover(disk, folder, emit)
      const slots = await AcknowledgedSlots.open(disk, folder, emit)
      // The acknowledged place outlives its segment: a new one below or at it would count as acknowledged.
      const first = Math.max(nextNumber, (slots.found?.segment ?? 0) + 1)
      const spool = new Spool(options, slots, new SegmentFolder(disk, folder, segments, first, emit))
      emit('spool.opened', { folder, ...spool.depth })
      await spool.#noteFormerRuns(notes)
      return spool
    } catch (error) {
      if (error instanceof HostvitalsError) throw error
      throw new StateFolderError(`the spool ${folder} cannot be opened: ${describeError(error)}`, {
        cause: error,
        nextStep: 'make the folder writable for this user, or choose another state folder',
      })
    }
  }

  /** What waits to be acknowledged. */
  get depth(): { readonly records: number; readonly bytes: number } {
    const at = this.#place()
    const waiting = this.#folder.segments.filter(({ number }) => number >= at.segment)
    return {
      records: waiting.reduce((sum, segment) => sum + segment.records, 0) - at.records,
      bytes: waiting.reduce((sum, segment) => sum + segment.endBytes, 0) - at.bytes,
    }
  }

  /** Accepts records: resolves with their seqs once they are synced; rejects when none of them was accepted. */
  append(values: readonly Uint8Array[]): Promise<readonly number[]> {
    return this.#appender.append(values)
  }

  /**
   * The records behind the acknowledged place, at least one: waits until there is one, rejects with the signal's reason.
   * Asked again without an acknowledgement it gives the same records again.
   */
  async next(maxRecords: number, signal: AbortSignal): Promise<SpoolBatch> {
    for (;;) {
      signal.throwIfAborted()
      const { promise: arrived } = this.#arrival
      const batch = await this.nextNow(maxRecords)
      if (batch !== undefined) return batch
      await unlessAborted(arrived, signal)
    }
  }

  /** Like `next`, but undefined when all is acknowledged. */
  async nextNow(maxRecords: number): Promise<SpoolBatch | undefined> {
    const at = this.#place()
    let isNoted = false
    for (const segment of this.#folder.segments) {
      if (segment.number < at.segment) continue
      const from = segment.number === at.segment ? at : { segment: segment.number, bytes: 0, records: 0 }
      if (from.bytes >= segment.endBytes) continue
      const most = { records: maxRecords, bytes: mostBatchBytes }
      const read = await readWaiting(this.#folder, segment, from.bytes, most)
      // Dropped meanwhile, which a note tells.
      if (read === undefined) continue
      const { records, damages, bytes } = read
      for (const damage of damages) isNoted = (await this.#noteDamage(segment, bytes, damage)) || isNoted
      const last = records.at(-1)
      if (last === undefined) continue
      const isRead = last.next === segment.endBytes || damages.some(({ isTail }) => isTail)
      const end = isRead
        ? { segment: segment.number, bytes: segment.endBytes, records: segment.records }
        : { segment: segment.number, bytes: last.next, records: from.records + records.length }
      return { records: records.map(({ record }) => spooled(segment, record)), end }
    }
    // The notes came behind the segments that were looked at.
    return isNoted ? this.nextNow(maxRecords) : undefined
  }

  /** Where the records that wait begin. */
  get waitsFrom(): Acknowledged {
    return this.#place()
  }

  /** The first records that wait, only looked at: damage among them is left to whoever takes them. */
  async peek(maxRecords: number): Promise<readonly SpooledRecord[]> {
    const at = this.#place()
    const isWaiting = (segment: Segment): boolean =>
      segment.number > at.segment || (segment.number === at.segment && segment.endBytes > at.bytes)
    const segment = this.#folder.segments.find(isWaiting)
    if (segment === undefined) return []
    const from = segment.number === at.segment ? at.bytes : 0
    const read = await readWaiting(this.#folder, segment, from, { records: maxRecords, bytes: mostBatchBytes })
    return (read?.records ?? []).map(({ record }) => spooled(segment, record))
  }

  /** Forgets a batch: it is safe elsewhere. Segments go once they are behind and beyond what is kept for replay. */
  async acknowledge({ end }: Pick<SpoolBatch, 'end'>): Promise<void> {
    if (end.segment < this.#place().segment) return
    this.#acknowledged = end
    await this.#slots.write(end)
    await this.#removeAcknowledged()
    this.#acknowledgement.resolve()
    this.#acknowledgement = Promise.withResolvers()
  }

  /** Resolves when everything is acknowledged; rejects with the signal's reason. */
  async whenEmpty(signal: AbortSignal): Promise<void> {
    while (this.depth.records > 0) await unlessAborted(this.#acknowledgement.promise, signal)
  }

  /** Keeps a record that the broker refuses for itself in `refused/` and notes it; the caller acknowledges it afterwards. */
  async setAside(record: SpooledRecord): Promise<void> {
    const { disk, folder } = this.#options
    const { agentUid, run, seq } = record
    await keepFile(disk, folder, 'refused', `${run}-${seq}`, record.value)
    await this.#appender.append([], [{ agentUid, note: { run, fromSeq: seq, toSeq: seq, reason: 'refused' } }])
  }

  /** Waits for appends under way and closes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#appender[Symbol.asyncDispose]()
    await this.#slots[Symbol.asyncDispose]()
  }

  async #unacknowledgedOf(segment: Segment): Promise<Pick<Scan, 'records' | 'damages'>> {
    const at = this.#place()
    if (segment.number < at.segment) return { records: [], damages: [] }
    const from = segment.number === at.segment ? at.bytes : 0
    const bytes = await this.#folder.bytesOf(segment)
    return bytes === undefined ? { records: [], damages: [] } : scanKnown(this.#folder.segments, segment, bytes, from)
  }

  /** False where it is noted already. On a disk that refuses the note it is owed, and comes with the next append. */
  async #noteDamage(segment: Segment, bytes: Buffer, { fromBytes, toBytes, fromSeq, toSeq }: Damage): Promise<boolean> {
    const { disk, folder, emit } = this.#options
    const key = `${segment.number}:${fromBytes}`
    if (this.#notedDamages.has(key)) return false
    this.#notedDamages.add(key)
    await tolerate(emit, `the damaged bytes of ${segmentName(segment.number)} could not be kept`, () =>
      keepDamaged(disk, folder, segment.number, fromBytes, bytes.subarray(fromBytes, toBytes)),
    )
    emit('spool.damaged', {
      segment: segmentName(segment.number),
      fromSeq,
      toSeq,
      reason: 'its checksum does not match',
    })
    const { agentUid, run } = segment.header
    // Where the damage may have hidden notes they are said again, as far as they were once read or written here.
    const hidden = fromSeq === 1 ? segment.notes.map((note) => ({ agentUid, note })) : []
    if (toSeq >= fromSeq) await this.#note([{ agentUid, note: { run, fromSeq, toSeq, reason: 'corrupt' } }, ...hidden])
    return true
  }

  /** The appender tells what fails, and owes the notes until an append succeeds: neither reading nor starting ends here. */
  async #note(notes: readonly AddressedNote[]): Promise<void> {
    await this.#appender.append([], notes).catch(() => undefined)
  }

  async #noteFormerRuns(lost: readonly AddressedNote[]): Promise<void> {
    const ends = new Map<string, AddressedNote>()
    for (const { header, lastSeq } of this.#folder.segments) {
      const { agentUid, run } = header
      const key = `${agentUid}/${run}`
      const toSeq = Math.max(lastSeq, ends.get(key)?.note.toSeq ?? 0)
      ends.set(key, { agentUid, note: { run, fromSeq: 1, toSeq, reason: 'run-ended' } })
    }
    if (ends.size + lost.length > 0) await this.#note([...lost, ...ends.values()])
  }

  async #removeAcknowledged(): Promise<void> {
    const { keepAcknowledgedBytes = 64 * 1024 * 1024 } = this.#options
    const behind = this.#folder.segments.filter(({ number }) => number < this.#acknowledged.segment)
    let keptBytes = behind.reduce((sum, { endBytes }) => sum + endBytes, 0)
    for (const segment of behind) {
      if (keptBytes <= keepAcknowledgedBytes) return
      await this.#folder.remove(segment)
      keptBytes -= segment.endBytes
    }
  }

  /** The acknowledged place; where its segment is gone the begin of the one after it, or of the oldest. */
  #place(): Acknowledged {
    const { segment, bytes, records } = this.#acknowledged
    const known = this.#folder.segments.find(({ number }) => number === segment)
    if (known === undefined) return { segment: Math.max(segment + 1, this.#folder.oldestNumber), bytes: 0, records: 0 }
    // A segment that came back from an older copy may be shorter than what was once acknowledged of it.
    return { segment, bytes: Math.min(bytes, known.endBytes), records: Math.min(records, known.records) }
  }
}

function spooled({ header }: Segment, record: StoredRecord): SpooledRecord {
  const { agentUid, run } = header
  return record.note === undefined
    ? { agentUid, run, seq: record.seq, value: record.value }
    : { agentUid, run, seq: record.seq, value: record.value, note: record.note }
}

/** Resolves with the promise, or rejects with the signal's reason; leaves no listener behind. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
