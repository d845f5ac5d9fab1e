import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { ReadContext } from '../metric/metric.ts'
import { systemClock } from '../runtime/clock.ts'
import { hasCode } from '../runtime/error-code.ts'
import { Crew } from './crew/crew.ts'
import { type CrewThread, startCrewThread } from './crew/crew-thread.ts'
import type { DeviceAnswer, DeviceQuestion } from './crew/device-answer.ts'
import { formatError } from './proc/format-error.ts'

interface Kept {
  readonly fd: number
  bytes: Buffer
}

/** A folder that comes and goes, as a control group does. */
export interface Folder {
  readonly inode: number
  readonly modifiedMs: number
  readonly hasFolders: boolean
}

const mostBytes = 64 * 2 ** 20
const mostBrief = 64 * 2 ** 10
/** Names come and go; beyond so many that were missing the others cost an error each time. */
const mostMissing = 1000
/** Threads that ask devices: so many at a time, and so many with those that stand still with a device that hangs. */
const freeThreads = 2
const mostThreads = 8

// Not there, not shown to us, or a device that has gone, is asleep, or has no such figure.
const absent = [
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'ENODEV',
  'ENXIO',
  'EINVAL',
  'EIO',
  'ENODATA',
  'EAGAIN',
  'EOPNOTSUPP',
  // A process that ended between the opening and the reading.
  'ESRCH',
]

/**
 * The kernel's files. Those under /proc are read synchronously, since the kernel makes them from memory and a way through the
 * thread pool costs three times as much, and stay open between the rounds.
 */
export class HostFiles {
  /** Asks devices that may never answer, of all groups that share these files. */
  readonly devices: Crew<DeviceQuestion, DeviceAnswer>
  readonly #kept = new Map<string, Kept>()
  readonly #missing = new Set<string>()
  readonly #brief = Buffer.allocUnsafe(mostBrief)
  readonly #head = Buffer.allocUnsafe(512)

  /** `startThread` is another in tests. */
  constructor(startThread: () => CrewThread<DeviceQuestion, DeviceAnswer> = startCrewThread) {
    this.devices = new Crew({ clock: systemClock, startThread, mostFree: freeThreads, mostThreads })
  }

  /** A file that is read every round, whole; the bytes are good until the next call in another round. */
  kept({ shared }: Pick<ReadContext, 'shared'>, path: string): Buffer {
    const read = shared(this, () => new Map<string, Buffer>())
    const known = read.get(path)
    if (known !== undefined) return known
    const bytes = this.#read(path)
    read.set(path, bytes)
    return bytes
  }

  /**
   * The first 64 KiB of a file of something that comes and goes, a process or a container; undefined where it is not there or
   * not shown to us. It is not kept open. The bytes are good until the next call.
   */
  brief(path: string): Buffer | undefined {
    return this.optional(() => {
      const fd = openSync(path, 'r')
      try {
        let length = 0
        for (let read = 1; read > 0 && length < this.#brief.length; length += read) {
          read = readSync(fd, this.#brief, length, this.#brief.length - length, length)
        }
        return this.#brief.subarray(0, length)
      } finally {
        closeSync(fd)
      }
    })
  }

  /** What the reading gives, or undefined where the file is not there or not shown to us. */
  optional<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  /** The same as `kept`, or undefined where the file is not there or not shown to us. */
  optionalKept(context: Pick<ReadContext, 'shared'>, path: string): Buffer | undefined {
    return this.#optionalAt(path, () => this.kept(context, path))
  }

  /** The begin of a file that is read once, such as one of a process. Throws what the system throws. */
  head(path: string): Buffer {
    const fd = openSync(path, 'r')
    try {
      return this.#head.subarray(0, readSync(fd, this.#head, 0, this.#head.length, 0))
    } finally {
      closeSync(fd)
    }
  }

  /**
   * A long file in pieces, each good until the next, between which others have their turn. Throws what the system throws.
   */
  async *pieces(path: string): AsyncGenerator<Buffer> {
    const fd = openSync(path, 'r')
    try {
      const piece = Buffer.allocUnsafe(65_536)
      for (let count = 1; ; count++) {
        const length = readSync(fd, piece, 0, piece.length, null)
        if (length === 0) return
        yield piece.subarray(0, length)
        // The kernel gives a page a time: so many take a millisecond.
        if (count % 32 === 0) await othersTurn()
      }
    } finally {
      closeSync(fd)
    }
  }

  /** A small file as trimmed text. */
  text(path: string): string | undefined {
    return this.optional(() => readFileSync(path, 'utf8').trim())
  }

  /** The same of a reading that is not over at once. */
  async optionalAsync<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  /** A small file that takes its time, as trimmed text. */
  slowText(path: string): Promise<string | undefined> {
    return this.optionalAsync(async () => (await readFile(path, 'utf8')).trim())
  }

  /** A file that takes its time, whole. */
  slow(path: string): Promise<Buffer | undefined> {
    return this.optionalAsync(() => readFile(path))
  }

  /** The last name of what a link points to: the device of a sensor, the driver of a device. */
  link(path: string): string | undefined {
    return this.optional(() => basename(readlinkSync(path)))
  }

  /** What a folder is: whether it is still the same one, since when it is there, and whether folders may be in it. */
  folder(path: string): Folder | undefined {
    return this.optional(() => {
      const { ino, mtimeMs, nlink } = statSync(path)
      // The kernel counts the folders in it and its own two names; other file systems write 1.
      return { inode: ino, modifiedMs: mtimeMs, hasFolders: nlink !== 2 }
    })
  }

  /** Names of the folders in a folder, sorted; none where it is not there. */
  folders(path: string): readonly string[] {
    const entries = this.optional(() => readdirSync(path, { withFileTypes: true })) ?? []
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
  }

  /** Names in a folder, sorted; none where it is not there. */
  list(path: string): readonly string[] {
    return this.#optionalAt(path, () => readdirSync(path).sort()) ?? []
  }

  /** Gives back what is open; the next reading opens it anew. */
  close(): void {
    for (const { fd } of this.#kept.values()) closeSync(fd)
    this.#kept.clear()
    this.devices.close()
  }

  /** What was missing in a former round is asked for first: an error with its stack costs ten times as much, each round. */
  #optionalAt<T>(path: string, read: () => T): T | undefined {
    if (this.#missing.has(path) && !existsSync(path)) return undefined
    const found = this.optional(read)
    if (found !== undefined) this.#missing.delete(path)
    else if (this.#missing.size < mostMissing) this.#missing.add(path)
    return found
  }

  #read(path: string): Buffer {
    const kept = this.#kept.get(path)
    if (kept === undefined) return this.#readNew(path)
    try {
      return wholeOf(path, kept)
    } catch {
      // What it was opened on is gone, a process or a mount: a new one may be in its place.
      this.#kept.delete(path)
      closeSync(kept.fd)
      return this.#readNew(path)
    }
  }

  #readNew(path: string): Buffer {
    const kept: Kept = { fd: openSync(path, 'r'), bytes: Buffer.allocUnsafe(8192) }
    this.#kept.set(path, kept)
    return wholeOf(path, kept)
  }
}

/** Files under /proc have no size: read until there is no more. */
function wholeOf(path: string, kept: Kept): Buffer {
  for (let length = 0; ;) {
    const read = readSync(kept.fd, kept.bytes, length, kept.bytes.length - length, length)
    if (read === 0) return kept.bytes.subarray(0, length)
    length += read
    if (length < kept.bytes.length) continue
    if (length >= mostBytes) throw formatError(path, `is longer than ${mostBytes} bytes`)
    const longer = Buffer.allocUnsafe(kept.bytes.length * 2)
    kept.bytes.copy(longer, 0, 0, length)
    kept.bytes = longer
  }
}

function isAbsent(error: unknown): boolean {
  return hasCode(error, ...absent)
}
