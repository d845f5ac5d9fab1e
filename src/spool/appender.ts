import type { Note } from '../metric/record.ts'
import { describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { mergeNotes, type AddressedNote } from './addressed-note.ts'
import { isOutOfSpace } from './disk-fault.ts'
import type { StoredRecord } from './record-format.ts'
import type { SegmentFolder } from './segment-folder.ts'
import { SegmentWriter } from './segment-writer.ts'
import type { Scan, Segment } from './segment.ts'
import { StrangerNotes } from './stranger-notes.ts'
import { tolerate } from './tolerate.ts'

/** What an appender needs of its spool. */
export interface AppenderOptions {
  readonly folder: SegmentFolder
  readonly agentUid: string
  readonly run: bigint
  readonly maxBytes: number
  readonly keepFreeRatio: number
  readonly segmentBytes: number
  readonly emit: Emit
  /** What of a segment nobody has acknowledged. */
  readonly unacknowledgedOf: (segment: Segment) => Promise<Pick<Scan, 'records' | 'damages'>>
  /** Called after each append that is safe. */
  readonly onArrival: () => void
}

interface Waiting {
  readonly values: readonly Uint8Array[]
  readonly notes: readonly AddressedNote[]
  readonly resolve: (seqs: readonly number[]) => void
  readonly reject: (error: unknown) => void
}

/** The writing half of a spool: gives seqs, writes, syncs, and makes room when it is full. */
export class Appender implements AsyncDisposable {
  readonly #options: AppenderOptions
  #nextSeq = 1
  /** The first seq of the group that is being written: a note that makes room for it stands before it with a higher one. */
  #groupSeq = 1
  #writer: SegmentWriter | undefined
  /** Notes about records that could not be kept; they go out with the next append that succeeds. */
  #owedNotes: readonly AddressedNote[] = []
  readonly #strangers: StrangerNotes
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#strangers = new StrangerNotes(options.folder, options.run)
  }

  /** Resolves with the values' seqs once they and the notes are synced. Appends at the same time share one sync. */
  append(values: readonly Uint8Array[], notes: readonly AddressedNote[] = []): Promise<readonly number[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
    this.#waiting.push({ values, notes, resolve, reject })
    this.#draining ??= this.#drain()
    return promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#draining
    // Nobody will append after this. What fails now has told why.
    if (this.#owedNotes.length > 0) await this.append([]).catch(() => undefined)
    await this.#closeWriter()
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      let notes = [...this.#takeOwed(), ...group.flatMap((each) => each.notes)]
      const firstSeq = this.#nextSeq
      this.#groupSeq = firstSeq
      try {
        await this.#makeRoom()
        // What a removal could not note for want of space: the first bytes that it freed are for that.
        notes = [...notes, ...this.#takeOwed()]
        await this.#writeStrangers(notes)
        const noteRecords = this.#noteRecords(notes)
        const accepted = group.map(({ values }) => values.map((value) => ({ seq: this.#nextSeq++, value })))
        await this.#write([...noteRecords, ...accepted.flat()])
        group.forEach(({ resolve }, at) => resolve((accepted[at] ?? []).map(({ seq }) => seq)))
        this.#options.onArrival()
      } catch (error) {
        this.#owe(notes, firstSeq)
        this.#options.emit('spool.failed', { reason: describeError(error), isScrapeLost: true })
        group.forEach(({ reject }) => reject(error))
      }
    }
    // In the same turn as the last look at the queue: an append that comes next begins anew.
    this.#draining = undefined
  }

  #takeOwed(): readonly AddressedNote[] {
    const owed = this.#owedNotes
    this.#owedNotes = []
    return owed
  }

  #noteRecords(notes: readonly AddressedNote[]): readonly StoredRecord[] {
    const own = notes.filter(({ agentUid }) => agentUid === this.#options.agentUid)
    return own.map(({ note }) => ({ seq: this.#nextSeq++, value: new Uint8Array(0), note }))
  }

  /** Notes under other identities. The current segment ends there: none may grow behind a newer one. */
  async #writeStrangers(notes: readonly AddressedNote[]): Promise<void> {
    const others = notes.filter(({ agentUid }) => agentUid !== this.#options.agentUid)
    if (others.length === 0) return
    await this.#closeWriter()
    await this.#strangers.write(others)
  }

  /** Seqs that were given but not accepted are told later, so that the consumer does not wait for them for ever. */
  #owe(notes: readonly AddressedNote[], firstSeq: number): void {
    const { agentUid, run } = this.#options
    const note: Note = { run, fromSeq: firstSeq, toSeq: this.#nextSeq - 1, reason: 'full' }
    // Merged, since one that is tried again and again on a full disk is owed once.
    this.#owedNotes = mergeNotes([...this.#owedNotes, ...notes, ...(note.toSeq < firstSeq ? [] : [{ agentUid, note }])])
  }

  /** Writes to the current segment, and after a failure once more into a new one: what failed is not trusted again. */
  async #write(records: readonly StoredRecord[]): Promise<void> {
    if (this.#writer !== undefined && this.#writer.segment.endBytes >= this.#options.segmentBytes)
      await this.#closeWriter()
    try {
      await this.#writeOnce(records)
    } catch (error) {
      if (isOutOfSpace(error)) await this.#dropOldest('disk-full')
      await this.#writeWithOwed(records)
    }
  }

  /** What a removal could not note for want of space is noted with the next bytes that find some. */
  async #writeWithOwed(records: readonly StoredRecord[]): Promise<void> {
    const owed = this.#takeOwed()
    try {
      await this.#writeOnce([...records, ...this.#noteRecords(owed)])
    } catch (error) {
      this.#owedNotes = [...owed, ...this.#owedNotes]
      throw error
    }
    // The records are safe: notes under other identities come with the next append.
    const others = owed.filter(({ agentUid }) => agentUid !== this.#options.agentUid)
    this.#owedNotes = [...others, ...this.#owedNotes]
  }

  /** A writer that fails is abandoned, whether or not another try follows. */
  async #writeOnce(records: readonly StoredRecord[]): Promise<void> {
    const [first] = records
    if (first === undefined) return
    const { folder, agentUid, run } = this.#options
    const header = { agentUid, run, firstSeq: Math.min(first.seq, this.#groupSeq) }
    this.#writer ??= await SegmentWriter.create(folder.disk, folder.path, folder.takeNumber(), header)
    let bytes: Buffer
    try {
      bytes = await this.#writer.append(records)
    } catch (error) {
      await this.#abandonWriter()
      throw error
    }
    folder.put(this.#writer.segment)
    folder.keepFresh(this.#writer.segment, bytes)
  }

  async #closeWriter(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close()
  }

  async #abandonWriter(): Promise<void> {
    // Where the disk refuses even that: the records are written again under the same identities, so a later start that
    // finds both sends one of them twice, which the row key makes free.
    await tolerate(this.#options.emit, 'an abandoned segment could not be cut', async () => this.#writer?.cutUnsafe())
    await tolerate(this.#options.emit, 'an abandoned segment could not be closed', () => this.#closeWriter())
  }

  /** The oldest segments go while the spool or the disk is full; the one being written stays. */
  async #makeRoom(): Promise<void> {
    const { maxBytes, keepFreeRatio, folder } = this.#options
    let bytes = folder.bytes
    const surplus = this.#removable().filter(({ endBytes }) => {
      if (bytes <= maxBytes) return false
      bytes -= endBytes
      return true
    })
    await this.#drop(surplus, 'full')
    const { freeBytes, totalBytes } = await folder.disk.space(folder.path)
    if (freeBytes < keepFreeRatio * totalBytes) await this.#dropOldest('disk-full')
  }

  #removable(): readonly Segment[] {
    return this.#options.folder.segments.filter(({ number }) => number !== this.#writer?.segment.number)
  }

  async #dropOldest(reason: 'full' | 'disk-full'): Promise<void> {
    await this.#drop(this.#removable().slice(0, 1), reason)
  }

  /** Notes what the segments still owed, synced, then removes them. */
  async #drop(segments: readonly Segment[], reason: 'full' | 'disk-full'): Promise<void> {
    const { folder, emit } = this.#options
    const notes: AddressedNote[] = []
    let [records, bytes] = [0, 0]
    for (const segment of segments) {
      const owed = await this.#owedBy(segment)
      if (owed.notes.length > 0) bytes += segment.endBytes
      records += owed.records
      notes.push(...owed.notes)
    }
    if (notes.length > 0) emit('spool.dropped', { records, bytes, reason })
    await this.#noteBeforeRemoval(mergeNotes(notes))
    for (const segment of segments) await folder.remove(segment)
  }

  /** How many records go with a segment, and what is to be said of them; its notes are said again. */
  async #owedBy(segment: Segment): Promise<{ readonly records: number; readonly notes: readonly AddressedNote[] }> {
    const { agentUid, run } = segment.header
    const { records, damages } = await this.#options.unacknowledgedOf(segment)
    const read = records.flatMap(({ record: { note } }) => (note === undefined ? [] : [note]))
    const notes = damages.length === 0 ? read : segment.notes
    // A note that was written while room was made stands before records with lower seqs.
    const seqs = [
      ...records.map(({ record }) => record.seq),
      ...damages.flatMap(({ fromSeq, toSeq }) => (fromSeq <= toSeq ? [fromSeq, toSeq] : [])),
    ]
    const gone: readonly Note[] =
      seqs.length === 0 ? [] : [{ run, fromSeq: Math.min(...seqs), toSeq: Math.max(...seqs), reason: 'full' }]
    return { records: records.length - read.length, notes: [...notes, ...gone].map((note) => ({ agentUid, note })) }
  }

  /** On a disk without a free byte the note has no room until the segment is gone: it is owed, and written first thing after. */
  async #noteBeforeRemoval(notes: readonly AddressedNote[]): Promise<void> {
    const firstSeq = this.#nextSeq
    try {
      await this.#writeStrangers(notes)
      await this.#writeOnce(this.#noteRecords(notes))
    } catch (error) {
      if (!isOutOfSpace(error)) throw error
      this.#owe(notes, firstSeq)
    }
  }
}
