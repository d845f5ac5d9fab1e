import type { Disk, DiskFile } from '../runtime/disk.ts'
import { isUnreadable } from './disk-fault.ts'

const blockBytes = 4096

/**
 * A whole file; segments are small enough to be read at once. Blocks that the medium does not give are zeros, which no
 * record's checksum matches, so that they count as damage and cost no neighbour. Throws where the file cannot be opened.
 */
export async function readWhole(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path, 'read')
  try {
    return await readAll(file, await file.size())
  } finally {
    await file.close()
  }
}

async function readAll(file: DiskFile, size: number): Promise<Buffer> {
  try {
    const bytes = await file.read(0, size)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  } catch (error) {
    if (!isUnreadable(error)) throw error
    return readBlocks(file, size)
  }
}

async function readBlocks(file: DiskFile, size: number): Promise<Buffer> {
  const whole = Buffer.alloc(size)
  for (let at = 0; at < size; at += blockBytes) {
    try {
      whole.set(await file.read(at, Math.min(blockBytes, size - at)), at)
    } catch (error) {
      if (!isUnreadable(error)) throw error
    }
  }
  return whole
}
