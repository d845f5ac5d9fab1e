import type { Disk, DiskFile } from '../../src/runtime/disk.ts'
import type { SimProcess } from './process.ts'
import type { SeededRandom } from './seeded-random.ts'

interface Inode {
  bytes: Buffer
  synced: Buffer
  /** What was written since the last sync, whether that succeeded or not: a failed one drops what it could not write. */
  dirty: readonly { readonly from: number; readonly to: number }[]
}

interface NameChange {
  readonly folders: readonly string[]
  readonly apply: (names: Map<string, Inode>) => void
}

/** What a power cut may leave of a file that had grown: less of it, or its length with zeros. */
export type Tear = 'shorter' | 'zeros'

const totalBytes = 1_000_000

/**
 * A disk that outlives the processes on it. It keeps apart what is synced from what is only written, of bytes and of names,
 * fills, fails and rots as it is told.
 */
export class Platter {
  #names: Map<string, Inode>
  #syncedNames: Map<string, Inode>
  #changes: readonly NameChange[] = []
  /** Bytes that may be written; undefined: as many as one likes. */
  freeBytes: number | undefined
  /** So many syncs fail from now on. */
  failingSyncs = 0
  /** Told when one has failed. */
  onFailedSync: (() => void) | undefined

  constructor(names: ReadonlyMap<string, Inode> = new Map()) {
    this.#names = new Map(names)
    this.#syncedNames = new Map(names)
  }

  /** The disk as a process sees it. */
  seenBy(process: SimProcess, random: SeededRandom): Disk {
    return {
      makeFolder: () => process.step(() => undefined),
      list: (folder) => process.step(() => this.list(folder)),
      open: (path, mode) => process.step(() => this.#open(path, mode, process, random)),
      rename: (from, to) => process.step(() => this.#rename(from, to)),
      remove: (path) => process.step(() => this.remove(path)),
      syncFolder: (path) => process.step(() => this.#syncFolder(path)),
      space: () => process.step(() => ({ freeBytes: this.freeBytes ?? totalBytes, totalBytes })),
    }
  }

  /** A copy as of this moment, as a snapshot of a running machine's disk is: what was only written may be missing. */
  copy(random: SeededRandom): Platter {
    const platter = new Platter(copied(this.#names))
    platter.#syncedNames = copied(this.#syncedNames)
    platter.#changes = []
    platter.powerCut(random, 'shorter')
    return platter
  }

  /** The power goes: of what was not synced any part may be there. */
  powerCut(random: SeededRandom, tear: Tear): void {
    const kept = this.#changes.slice(0, random.whole(0, this.#changes.length))
    for (const { apply } of kept) apply(this.#syncedNames)
    this.#changes = []
    this.#names = new Map(this.#syncedNames)
    for (const inode of new Set(this.#names.values())) {
      inode.bytes = torn(inode, random, tear)
      inode.synced = Buffer.from(inode.bytes)
      inode.dirty = []
    }
  }

  list(folder: string): readonly string[] {
    const inside = [...this.#names.keys()].filter((path) => path.startsWith(`${folder}/`))
    const names = inside.map((path) => path.slice(folder.length + 1))
    return names.filter((name) => !name.includes('/')).sort((a, b) => (a < b ? -1 : 1))
  }

  remove(path: string): void {
    this.#grow(-this.#existing(path).bytes.length)
    this.#change([folderOf(path)], (names) => names.delete(path))
  }

  /** One byte changes where it lies. False where the file is too short. */
  rot(path: string, position: number): boolean {
    const inode = this.#names.get(path)
    if (inode === undefined || position >= inode.bytes.length) return false
    for (const bytes of [inode.bytes, inode.synced])
      if (position < bytes.length) bytes[position] = (bytes[position] ?? 0) ^ 0x55
    return true
  }

  /** What a file holds now. */
  read(path: string): Buffer {
    return this.#existing(path).bytes
  }

  sizeOf(path: string): number {
    return this.#names.get(path)?.bytes.length ?? 0
  }

  #existing(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw fault('ENOENT', path)
    return inode
  }

  #change(folders: readonly string[], apply: (names: Map<string, Inode>) => void): void {
    apply(this.#names)
    this.#changes = [...this.#changes, { folders, apply }]
  }

  #rename(from: string, to: string): void {
    const inode = this.#existing(from)
    this.#change([folderOf(from), folderOf(to)], (names) => {
      names.delete(from)
      names.set(to, inode)
    })
  }

  #syncFolder(folder: string): void {
    this.#failSync()
    const isHere = ({ folders }: NameChange): boolean => folders.includes(folder)
    for (const { apply } of this.#changes.filter(isHere)) apply(this.#syncedNames)
    this.#changes = this.#changes.filter((change) => !isHere(change))
  }

  #open(path: string, mode: 'create' | 'write' | 'read', process: SimProcess, random: SeededRandom): DiskFile {
    if (mode === 'create') {
      if (this.#names.has(path)) throw fault('EEXIST', path)
      if (this.freeBytes !== undefined && this.freeBytes <= 0) throw fault('ENOSPC', path)
      const inode: Inode = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0), dirty: [] }
      this.#change([folderOf(path)], (names) => names.set(path, inode))
    }
    const inode = this.#existing(path)
    return {
      size: () => process.step(() => inode.bytes.length),
      read: (position, length) =>
        process.step(() => Uint8Array.from(inode.bytes.subarray(position, position + length))),
      write: (position, bytes) => process.step(() => this.#write(inode, position, bytes, random)),
      truncate: (length) =>
        process.step(() => {
          this.#grow(length - inode.bytes.length)
          inode.bytes = inode.bytes.subarray(0, length)
          inode.dirty = [...inode.dirty, { from: length, to: length }]
        }),
      sync: () =>
        process.step(() => {
          const { dirty } = inode
          inode.dirty = []
          this.#failSync()
          inode.synced = synced(inode, dirty)
        }),
      close: async () => undefined,
    }
  }

  #write(inode: Inode, position: number, bytes: Uint8Array, random: SeededRandom): void {
    const end = Math.max(inode.bytes.length, position + bytes.length)
    const more = end - inode.bytes.length
    const after = Buffer.alloc(end)
    after.set(inode.bytes)
    inode.dirty = [...inode.dirty, { from: position, to: position + bytes.length }]
    if (this.freeBytes !== undefined && more > this.freeBytes) {
      // What found room is there.
      const part = bytes.subarray(0, random.whole(0, Math.max(0, this.freeBytes)))
      after.set(part, position)
      inode.bytes = after.subarray(0, Math.max(inode.bytes.length, position + part.length))
      this.freeBytes -= Math.min(this.freeBytes, part.length)
      throw fault('ENOSPC', 'no space left on device')
    }
    after.set(bytes, position)
    inode.bytes = after
    this.#grow(more)
  }

  #grow(bytes: number): void {
    if (this.freeBytes !== undefined) this.freeBytes -= bytes
  }

  #failSync(): void {
    if (this.failingSyncs <= 0) return
    this.failingSyncs--
    this.onFailedSync?.()
    throw fault('EIO', 'i/o error')
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function copied(names: ReadonlyMap<string, Inode>): Map<string, Inode> {
  return new Map(
    [...names].map(([path, { bytes, synced, dirty }]) => [
      path,
      { bytes: Buffer.from(bytes), synced: Buffer.from(synced), dirty },
    ]),
  )
}

/** What is on the medium after a sync: of the bytes what was written since the sync before, which may have failed. */
function synced({ bytes, synced: before }: Inode, dirty: Inode['dirty']): Buffer {
  const after = Buffer.alloc(bytes.length)
  after.set(before.subarray(0, bytes.length))
  for (const { from, to } of dirty) after.set(bytes.subarray(from, to), Math.min(from, bytes.length))
  return after
}

function torn({ bytes, synced }: Inode, random: SeededRandom, tear: Tear): Buffer {
  if (bytes.equals(synced)) return Buffer.from(bytes)
  const until = random.whole(0, bytes.length)
  const kept = Buffer.concat([bytes.subarray(0, until), synced.subarray(until)])
  if (tear === 'shorter' || kept.length >= bytes.length) return kept
  return Buffer.concat([kept], bytes.length)
}

function fault(code: string, text: string): Error {
  return Object.assign(new Error(`${code}: ${text}`), { code })
}
