import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, stat, statfs, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Disk, DiskFile } from './disk.ts'

/** The machine's own disk. */
export const nodeDisk: Disk = {
  makeFolder: (path) => makeFolders(resolve(path)),
  list: async (path) => (await readdir(path)).sort(),
  open: async (path, mode) => new NodeFile(await open(path, flags[mode] | noFollow, 0o600)),
  rename: (from, to) => rename(from, to),
  remove: (path) => unlink(path),
  syncFolder: async (path) => {
    // Windows cannot open a folder; its file systems journal names by themselves.
    if (process.platform === 'win32') return
    await using folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
    await folder.sync()
  },
  space: async (path) => {
    const { bavail, blocks, bsize } = await statfs(path)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  },
}

/** Node's own `recursive` never ends where the parent exists and takes no folders, as in /proc. */
async function makeFolders(path: string): Promise<void> {
  if (await makeFolder(path)) return
  await makeFolders(dirname(path))
  if (!(await makeFolder(path))) throw new Error(`its parent ${dirname(path)} takes no folders`)
}

/** False when its parent is missing. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true
    if (code === 'ENOENT') return false
    throw error
  }
}

// A link that someone else put there must not lead our writes away. Absent on Windows, whatever the types say.
const noFollow: number = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0

const flags = {
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  write: constants.O_RDWR,
  read: constants.O_RDONLY,
} as const

/** One file over its handle. */
class NodeFile implements DiskFile {
  readonly #handle: FileHandle

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  async size(): Promise<number> {
    const { size } = await this.#handle.stat()
    return size
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.length - written, position + written)
      written += bytesWritten
    }
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length)
  }

  sync(): Promise<void> {
    return this.#handle.datasync()
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
