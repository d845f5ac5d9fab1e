import type { Disk } from '../runtime/disk.ts'
import { readWhole, segmentName, type Segment } from './segment.ts'

/** The segments of a spool, oldest first, as list and as files. */
export class SegmentFolder {
  readonly disk: Disk
  readonly path: string
  #segments: readonly Segment[]
  #nextNumber: number

  constructor(disk: Disk, path: string, segments: readonly Segment[], nextNumber: number) {
    this.disk = disk
    this.path = path
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

  /** The safe bytes of a segment. */
  async bytesOf(segment: Segment): Promise<Buffer> {
    return (await readWhole(this.disk, `${this.path}/${segmentName(segment.number)}`)).subarray(0, segment.endBytes)
  }

  /** Removes a segment for good. */
  async remove(segment: Segment): Promise<void> {
    await this.disk.remove(`${this.path}/${segmentName(segment.number)}`)
    // Before the sync, which may fail: the file is gone all the same.
    this.#segments = this.#segments.filter(({ number }) => number !== segment.number)
    await this.disk.syncFolder(this.path)
  }
}
