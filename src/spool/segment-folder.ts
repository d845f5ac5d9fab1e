import type { Disk } from '../runtime/disk.ts'
import type { Emit } from '../runtime/events.ts'
import { isMissing, isUnreadable } from './disk-fault.ts'
import { readWhole } from './read-whole.ts'
import { segmentName, type Segment } from './segment.ts'
import { tolerate } from './tolerate.ts'

/** Bytes of a segment that were synced just now. */
interface Fresh {
  readonly number: number
  readonly position: number
  readonly bytes: Buffer
}

/** More than a round of most agents; larger ones are read again. */
const mostFreshBytes = 256 * 1024

/** The segments of a spool, oldest first, as list and as files. */
export class SegmentFolder {
  readonly disk: Disk
  readonly path: string
  readonly #emit: Emit
  #segments: readonly Segment[]
  #nextNumber: number
  #fresh: Fresh | undefined

  constructor(disk: Disk, path: string, segments: readonly Segment[], nextNumber: number, emit: Emit) {
    this.disk = disk
    this.path = path
    this.#emit = emit
    this.#segments = segments
    this.#nextNumber = nextNumber
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** The oldest one's number, or the one that the next will have. */
  get oldestNumber(): number {
    return this.#segments[0]?.number ?? this.#nextNumber
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { endBytes }) => sum + endBytes, 0)
  }

  /** A number that no segment of this folder ever had. */
  takeNumber(): number {
    return this.#nextNumber++
  }

  /** Adds a segment or puts what is now known of it in its place. */
  put(segment: Segment): void {
    this.#segments = [...this.#segments.filter(({ number }) => number !== segment.number), segment]
  }

  /**
   * Keeps the bytes that were synced last at the end of a segment, since whoever sends wants them next: opening, reading and
   * closing the file is half of the spool's work in a round.
   */
  keepFresh({ number, endBytes }: Segment, bytes: Buffer): void {
    const isKept = bytes.length <= mostFreshBytes
    this.#fresh = isKept ? { number, position: endBytes - bytes.length, bytes } : undefined
  }

  /**
   * The safe bytes of a segment; what the disk does not give of them is zeros, so that it counts as damage. Undefined where
   * the segment was removed meanwhile.
   */
  async bytesOf(segment: Segment): Promise<Buffer | undefined> {
    const bytes = await this.#read(segment)
    if (bytes === undefined || bytes.length >= segment.endBytes) return bytes?.subarray(0, segment.endBytes)
    return Buffer.concat([bytes], segment.endBytes)
  }

  /** The safe bytes of a segment from a position on; undefined where they cannot be had, or not all: `bytesOf` tells why. */
  async tailOf({ number, endBytes }: Segment, position: number): Promise<Buffer | undefined> {
    const fresh = this.#fresh
    if (fresh?.number === number && fresh.position <= position && fresh.position + fresh.bytes.length === endBytes)
      return fresh.bytes.subarray(position - fresh.position)
    try {
      const file = await this.disk.open(`${this.path}/${segmentName(number)}`, 'read')
      try {
        const bytes = await file.read(position, endBytes - position)
        if (bytes.length < endBytes - position) return undefined
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      } finally {
        await file.close()
      }
    } catch (error) {
      if (isMissing(error) || isUnreadable(error)) return undefined
      throw error
    }
  }

  /**
   * Takes a segment out of the list, and its file from the disk. A file that the disk does not let go is told and left to
   * the next start: it must not keep the agent from writing.
   */
  async remove(segment: Segment): Promise<void> {
    const name = segmentName(segment.number)
    // First, so that a reader who misses the file finds that it went on purpose.
    this.#segments = this.#segments.filter(({ number }) => number !== segment.number)
    if (this.#fresh?.number === segment.number) this.#fresh = undefined
    await tolerate(this.#emit, `${name} could not be removed`, async () => {
      await this.disk.remove(`${this.path}/${name}`).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
      await this.disk.syncFolder(this.path)
    })
  }

  async #read(segment: Segment): Promise<Buffer | undefined> {
    try {
      return await readWhole(this.disk, `${this.path}/${segmentName(segment.number)}`)
    } catch (error) {
      if (isMissing(error) && !this.#segments.some(({ number }) => number === segment.number)) return undefined
      if (isMissing(error) || isUnreadable(error)) return Buffer.alloc(0)
      throw error
    }
  }
}
