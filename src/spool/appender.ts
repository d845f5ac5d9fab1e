import type { Note } from '../metric/record.ts'
import { describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { StoredRecord } from './record-format.ts'
import type { SegmentFolder } from './segment-folder.ts'
import { SegmentWriter } from './segment-writer.ts'
import type { Segment } from './segment.ts'

/** What an appender needs of its spool. */
export interface AppenderOptions {
  readonly folder: SegmentFolder
  readonly agentUid: string
  readonly run: bigint
  readonly maxBytes: number
  readonly keepFreeRatio: number
  readonly segmentBytes: number
  readonly emit: Emit
  /** The records of a segment that nobody has acknowledged. */
  readonly unacknowledgedOf: (segment: Segment) => Promise<readonly StoredRecord[]>
  /** Called after each append that is safe. */
  readonly onArrival: () => void
}

interface Waiting {
  readonly values: readonly Uint8Array[]
  readonly notes: readonly Note[]
  readonly resolve: (seqs: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

/** The writing half of a spool: gives seqs, writes, syncs, and makes room when it is full. */
export class Appender implements AsyncDisposable {
  readonly #options: AppenderOptions
  #nextSeq = 1
  #writer: SegmentWriter | undefined
  /** Notes about records that could not be kept; they go out with the next append that succeeds. */
  #owedNotes: readonly Note[] = []
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /** Resolves with the values' seqs once they and the notes are synced. Appends at the same time share one sync. */
  append(values: readonly Uint8Array[], notes: readonly Note[] = []): Promise<readonly number[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
    this.#waiting.push({ values, notes, resolve, reject })
    this.#draining ??= this.#drain()
    return promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#draining
    await this.#closeWriter()
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      const notes = [...this.#owedNotes, ...group.flatMap((each) => each.notes)]
      this.#owedNotes = []
      const firstSeq = this.#nextSeq
      try {
        await this.#makeRoom()
        const noteRecords = this.#noteRecords(notes)
        const accepted = group.map(({ values }) => values.map((value) => ({ seq: this.#nextSeq++, value })))
        await this.#write([...noteRecords, ...accepted.flat()])
        group.forEach(({ resolve }, at) => resolve((accepted[at] ?? []).map(({ seq }) => seq)))
        this.#options.onArrival()
      } catch (error) {
        this.#owe(notes, firstSeq)
        this.#options.emit('spool.failed', { reason: describeError(error) })
        group.forEach(({ reject }) => reject(error))
      }
    }
    // In the same turn as the last look at the queue: an append that comes next begins anew.
    this.#draining = undefined
  }

  #noteRecords(notes: readonly Note[]): readonly StoredRecord[] {
    return notes.map((note) => ({ seq: this.#nextSeq++, value: new Uint8Array(0), note }))
  }

  /** Seqs that were given but not accepted are told later, so that the consumer does not wait for them for ever. */
  #owe(notes: readonly Note[], firstSeq: number): void {
    const { run } = this.#options
    const unused: readonly Note[] =
      this.#nextSeq > firstSeq ? [{ run, fromSeq: firstSeq, toSeq: this.#nextSeq - 1, reason: 'full' }] : []
    this.#owedNotes = [...this.#owedNotes, ...notes, ...unused]
  }

  /** Writes to the current segment, and after a failure once more into a new one: what failed is not trusted again. */
  async #write(records: readonly StoredRecord[]): Promise<void> {
    if (this.#writer !== undefined && this.#writer.segment.endBytes >= this.#options.segmentBytes)
      await this.#closeWriter()
    try {
      await this.#writeOnce(records)
    } catch (error) {
      await this.#abandonWriter()
      if (isOutOfSpace(error)) await this.#dropOldest('disk-full')
      await this.#writeWithOwed(records)
    }
  }

  /** What a removal could not note for want of space is noted with the next bytes that find some. */
  async #writeWithOwed(records: readonly StoredRecord[]): Promise<void> {
    const owed = this.#owedNotes
    this.#owedNotes = []
    try {
      await this.#writeOnce([...records, ...this.#noteRecords(owed)])
    } catch (error) {
      this.#owedNotes = [...owed, ...this.#owedNotes]
      throw error
    }
  }

  async #writeOnce(records: readonly StoredRecord[]): Promise<void> {
    const [first] = records
    if (first === undefined) return
    const { folder, agentUid, run } = this.#options
    const header = { agentUid, run, firstSeq: first.seq }
    this.#writer ??= await SegmentWriter.create(folder.disk, folder.path, folder.takeNumber(), header)
    await this.#writer.append(records)
    folder.put(this.#writer.segment)
  }

  async #closeWriter(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close()
  }

  async #abandonWriter(): Promise<void> {
    try {
      await this.#writer?.cutUnsafe()
    } catch (error) {
      // The disk refuses even that. The records are written again under the same identities, so a later start that finds
      // both sends one of them twice, which the row key makes free.
      this.#options.emit('spool.failed', { reason: `an abandoned segment could not be cut: ${describeError(error)}` })
    }
    await this.#closeWriter()
  }

  /** The oldest segments go while the spool or the disk is full; the one being written stays. */
  async #makeRoom(): Promise<void> {
    const { maxBytes, keepFreeRatio, folder } = this.#options
    while (folder.bytes > maxBytes && (await this.#dropOldest('full')));
    const { freeBytes, totalBytes } = await folder.disk.space(folder.path)
    if (freeBytes < keepFreeRatio * totalBytes) await this.#dropOldest('disk-full')
  }

  /** Notes what the oldest segment still owed, synced, then removes it. False when there is none but the one being written. */
  async #dropOldest(reason: 'full' | 'disk-full'): Promise<boolean> {
    const { folder, emit, unacknowledgedOf } = this.#options
    const oldest = folder.segments.find(({ number }) => number !== this.#writer?.segment.number)
    if (oldest === undefined) return false
    const owed = await unacknowledgedOf(oldest)
    const notes = owed.flatMap(({ note }) => (note === undefined ? [] : [note]))
    const records = owed.length - notes.length
    if (owed.length > 0) {
      // A note that was written while room was made stands before records with lower seqs.
      const seqs = owed.map(({ seq }) => seq)
      notes.push({ run: oldest.header.run, fromSeq: Math.min(...seqs), toSeq: Math.max(...seqs), reason: 'full' })
      emit('spool.dropped', { records, bytes: oldest.endBytes, reason })
    }
    await this.#noteBeforeRemoval(notes)
    await folder.remove(oldest)
    return true
  }

  /** On a disk without a free byte the note has no room until the segment is gone: it is owed, and written first thing after. */
  async #noteBeforeRemoval(notes: readonly Note[]): Promise<void> {
    const firstSeq = this.#nextSeq
    try {
      await this.#writeOnce(this.#noteRecords(notes))
    } catch (error) {
      if (!isOutOfSpace(error)) throw error
      await this.#abandonWriter()
      this.#owe(notes, firstSeq)
    }
  }
}

function isOutOfSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
}
