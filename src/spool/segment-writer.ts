import type { Disk, DiskFile } from '../runtime/disk.ts'
import { encodeRecord, type StoredRecord } from './record-format.ts'
import { encodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from './segment-header.ts'
import { segmentName, type Segment } from './segment.ts'

/** The one segment that is being written. A writer that failed once is abandoned by its owner. */
export class SegmentWriter {
  readonly #disk: Disk
  readonly #path: string
  readonly #file: DiskFile
  #segment: Segment

  private constructor(disk: Disk, path: string, file: DiskFile, segment: Segment) {
    this.#disk = disk
    this.#path = path
    this.#file = file
    this.#segment = segment
  }

  /** Makes the file; it is safe only with the first synced record. */
  static async create(disk: Disk, folder: string, number: number, header: SegmentHeader): Promise<SegmentWriter> {
    const path = `${folder}/${segmentName(number)}`
    const file = await disk.open(path, 'create')
    try {
      await file.write(0, encodeSegmentHeader(header))
      await disk.syncFolder(folder)
    } catch (error) {
      await file.close()
      // On a full disk each try would leave one. What cannot be removed holds no record, and the next start removes it.
      await disk.remove(path).catch(() => undefined)
      throw error
    }
    return new SegmentWriter(disk, path, file, {
      number,
      header,
      endBytes: segmentHeaderBytes,
      lastSeq: header.firstSeq - 1,
      records: 0,
      notes: [],
    })
  }

  /** What is safe so far. */
  get segment(): Segment {
    return this.#segment
  }

  /** Writes and syncs the records, and gives their bytes; when it throws nothing of them is accepted. */
  async append(records: readonly StoredRecord[]): Promise<Buffer> {
    const bytes = Buffer.concat(records.map(encodeRecord))
    await this.#file.write(this.#segment.endBytes, bytes)
    await this.#file.sync()
    this.#segment = {
      ...this.#segment,
      endBytes: this.#segment.endBytes + bytes.length,
      lastSeq: records.reduce((last, { seq }) => Math.max(last, seq), this.#segment.lastSeq),
      records: this.#segment.records + records.length,
      notes: [...this.#segment.notes, ...records.flatMap(({ note }) => (note === undefined ? [] : [note]))],
    }
    return bytes
  }

  /**
   * Cuts what an unsuccessful append may have left, so that no later start takes it for accepted or for damage; a file that
   * holds nothing else goes whole, since on a full disk each try would leave one. May fail too.
   */
  async cutUnsafe(): Promise<void> {
    if (this.#segment.records === 0) {
      await this.#disk.remove(this.#path)
      return
    }
    await this.#file.truncate(this.#segment.endBytes)
    await this.#file.sync()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}
