import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { ReadContext } from '../metric/metric.ts'
import { formatError } from './proc/format-error.ts'

interface Kept {
  readonly fd: number
  bytes: Buffer
}

const mostBytes = 64 * 2 ** 20

// Not there, not shown to us, or a device that has gone, is asleep, or has no such figure.
const absent = new Set([
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
])

/**
 * The kernel's files. Those under /proc are read synchronously, since the kernel makes them from memory and a way through the
 * thread pool costs three times as much, and stay open between the rounds.
 */
export class HostFiles {
  readonly #kept = new Map<string, Kept>()
  readonly #head = Buffer.allocUnsafe(512)

  /** A file that is read every round, whole; the bytes are good until the next call in another round. */
  kept({ shared }: Pick<ReadContext, 'shared'>, path: string): Buffer {
    const read = shared(this, () => new Map<string, Buffer>())
    const known = read.get(path)
    if (known !== undefined) return known
    const bytes = this.#read(path)
    read.set(path, bytes)
    return bytes
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

  /** A small file that a device answers, as trimmed text. Rejects when the signal aborts first. */
  async slowText(path: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await readFile(path, { encoding: 'utf8', signal })).trim()
    } catch (error) {
      if (isAbsent(error)) return undefined
      throw error
    }
  }

  /** Names in a folder, sorted; none where it is not there. */
  list(path: string): readonly string[] {
    return this.optional(() => readdirSync(path).sort()) ?? []
  }

  /** Gives back what is open; the next reading opens it anew. */
  close(): void {
    for (const { fd } of this.#kept.values()) closeSync(fd)
    this.#kept.clear()
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
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && absent.has(error.code)
}
