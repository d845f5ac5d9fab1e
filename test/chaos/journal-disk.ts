import { crc32c } from '../../src/runtime/crc32c.ts'
import type { Disk, DiskFile } from '../../src/runtime/disk.ts'
import { recordAt, type StoredRecord } from '../../src/spool/record-format.ts'
import { segmentNumber } from '../../src/spool/segment.ts'
import { decodeSegmentHeader, segmentHeaderBytes, type SegmentHeader } from '../../src/spool/segment-header.ts'
import { journalSafe, journalWriting } from './journal.ts'

/**
 * A disk that keeps a journal, elsewhere, of the records that a spool writes on it: each before its bytes are written, and
 * again once they are synced. All else goes straight through.
 */
export function journalDisk(disk: Disk, journal: number): Disk {
  return {
    ...disk,
    open: async (path, mode) => {
      const file = await disk.open(path, mode)
      const isNewSegment = mode === 'create' && segmentNumber(path.split('/').at(-1) ?? '') !== undefined
      return isNewSegment ? new JournalledSegment(file, journal) : file
    },
  }
}

interface Unsafe {
  readonly position: number
  readonly record: StoredRecord
}

/** A segment that is being written: its header first, then whole records. */
class JournalledSegment implements DiskFile {
  readonly #file: DiskFile
  readonly #journal: number
  #header: SegmentHeader | undefined
  #unsafe: Unsafe[] = []

  constructor(file: DiskFile, journal: number) {
    this.#file = file
    this.#journal = journal
  }

  size(): Promise<number> {
    return this.#file.size()
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#file.read(position, length)
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    const written = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (position === 0) this.#header = decodeSegmentHeader(written)
    this.#note(position, written)
    await this.#file.write(position, bytes)
  }

  async truncate(length: number): Promise<void> {
    await this.#file.truncate(length)
    this.#unsafe = this.#unsafe.filter(({ position }) => position < length)
  }

  async sync(): Promise<void> {
    const now = this.#unsafe
    await this.#file.sync()
    const header = this.#header
    if (now.length === 0 || header === undefined) return
    this.#unsafe = this.#unsafe.filter((each) => !now.includes(each))
    journalSafe(
      this.#journal,
      now.map(({ record: { seq } }) => ({ agentUid: header.agentUid, run: header.run, seq })),
    )
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #note(position: number, bytes: Buffer): void {
    const header = this.#header
    if (header === undefined) throw new Error('a segment was begun without a header')
    let at = position === 0 ? segmentHeaderBytes : 0
    for (let found = recordAt(bytes, at); found !== 'end'; found = recordAt(bytes, at)) {
      if (found === 'damaged') throw new Error('the spool writes what is no record')
      const { record, next } = found
      journalWriting(this.#journal, { ...header, crc: crc32c(record.value) }, record)
      this.#unsafe.push({ position: position + at, record })
      at = next
    }
  }
}
