import type { Disk, DiskFile } from '../../src/runtime/disk.ts'

/** What a step of I/O may be told to do instead of working. */
export type Fault = 'crash' | 'no-space' | 'sync-fails'

const sectorBytes = 512

interface MemoryFile {
  bytes: Buffer
  synced: Buffer
}

/** Thrown at a crash: nothing that runs on this disk goes on. */
export class Crashed extends Error {}

/**
 * A disk in memory that keeps what is synced apart from what is only written, counts its steps, and fails at the step it
 * is told. `powerCut` gives the disk as it would be found after the power went: unsynced bytes torn anywhere, and the names
 * in its folders as they were last synced, where that is asked for.
 */
export class MemoryDisk implements Disk {
  readonly #files: Map<string, MemoryFile>
  readonly #faultAt: (step: number) => Fault | undefined
  readonly #broken = new Set<string>()
  /** Each file by the name under which it is found after a power cut at the worst. */
  #syncedNames: ReadonlyMap<string, MemoryFile>
  freeBytes = 1e12
  steps = 0

  constructor(
    faultAt: (step: number) => Fault | undefined = () => undefined,
    files: Map<string, MemoryFile> = new Map(),
  ) {
    this.#faultAt = faultAt
    this.#files = files
    this.#syncedNames = new Map(files)
  }

  /** The disk after a power cut; `tear` says how many of a file's unsynced bytes reached the platter. */
  powerCut(
    tear: (unsyncedBytes: number) => number,
    faultAt?: (step: number) => Fault | undefined,
    names: 'written' | 'synced' = 'written',
  ): MemoryDisk {
    const found = names === 'written' ? this.#files : this.#syncedNames
    const files = [...found].map(([path, { bytes, synced }]): [string, MemoryFile] => {
      const kept =
        bytes.length > synced.length ? bytes.subarray(0, synced.length + tear(bytes.length - synced.length)) : synced
      return [path, { bytes: Buffer.from(kept), synced: Buffer.from(kept) }]
    })
    return new MemoryDisk(faultAt, new Map(files))
  }

  /** Changes a byte where it lies: bit rot. */
  rot(path: string, position: number): void {
    const { bytes, synced } = this.#existing(path)
    for (const at of [bytes, synced]) if (position < at.length) at[position] = (at[position] ?? 0) ^ 0xff
  }

  /** What is in each file now; looking is no step. */
  get contents(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#files].map(([path, { bytes }]) => [path, Buffer.from(bytes)]))
  }

  /** From now on the medium does not give these bytes of a file: EIO. Without a position the file cannot even be opened. */
  breakSector(path: string, position?: number): void {
    this.#broken.add(position === undefined ? path : `${path}:${Math.floor(position / sectorBytes)}`)
  }

  makeFolder = async (): Promise<void> => this.#step()

  list = async (folder: string): Promise<readonly string[]> => {
    this.#step()
    const inside = [...this.#files.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1))
    return inside.filter((name) => !name.includes('/')).sort((a, b) => (a < b ? -1 : 1))
  }

  open = async (path: string, mode: 'create' | 'write' | 'read'): Promise<DiskFile> => {
    this.#step(mode === 'create' ? undefined : 'needs no space')
    if (mode === 'create') {
      if (this.#files.has(path)) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' })
      this.#files.set(path, { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) })
    }
    if (this.#broken.has(path)) throw ioError()
    return this.#handle(path, this.#existing(path))
  }

  rename = async (from: string, to: string): Promise<void> => {
    this.#step()
    this.#files.set(to, this.#existing(from))
    this.#files.delete(from)
  }

  remove = async (path: string): Promise<void> => {
    this.#step()
    this.#existing(path)
    this.#files.delete(path)
  }

  syncFolder = async (folder: string): Promise<void> => {
    this.#step()
    const isInside = ([path]: readonly [string, MemoryFile]): boolean => path.slice(0, path.lastIndexOf('/')) === folder
    const others = [...this.#syncedNames].filter((entry) => !isInside(entry))
    this.#syncedNames = new Map([...others, ...[...this.#files].filter(isInside)])
  }

  space = async (): Promise<{ readonly freeBytes: number; readonly totalBytes: number }> => {
    this.#step()
    return { freeBytes: this.freeBytes, totalBytes: 1e12 }
  }

  #existing(path: string): MemoryFile {
    const file = this.#files.get(path)
    if (file === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
    return file
  }

  #handle(path: string, file: MemoryFile): DiskFile {
    return {
      size: async () => file.bytes.length,
      read: async (position, length) => {
        this.#step('needs no space')
        const end = Math.min(position + length, file.bytes.length)
        for (let at = Math.floor(position / sectorBytes); at * sectorBytes < end; at++)
          if (this.#broken.has(`${path}:${at}`)) throw ioError()
        return Uint8Array.from(file.bytes.subarray(position, end))
      },
      write: async (position, bytes) => {
        const after = Buffer.alloc(Math.max(file.bytes.length, position + bytes.length))
        after.set(file.bytes)
        after.set(bytes, position)
        file.bytes = after
        this.#step()
      },
      truncate: async (length) => {
        this.#step()
        file.bytes = Buffer.from(file.bytes.subarray(0, length))
      },
      sync: async () => {
        this.#step()
        file.synced = Buffer.from(file.bytes)
      },
      close: async () => undefined,
    }
  }

  #step(kind?: 'needs no space'): void {
    const fault = this.#faultAt(++this.steps)
    if (fault === 'no-space' && kind !== undefined) return
    if (fault === 'crash') throw new Crashed(`crashed at step ${this.steps}`)
    if (fault === 'no-space') throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    if (fault === 'sync-fails') throw ioError()
  }
}

function ioError(): Error {
  return Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
}
