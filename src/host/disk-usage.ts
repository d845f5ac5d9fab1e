import { statfsSync } from 'node:fs'

/** A file system's space, bytes. */
export interface DiskUsage {
  readonly totalBytes: number
  readonly usedBytes: number
  readonly freeBytes: number
  /** What an unprivileged user may still write. */
  readonly availableBytes: number
  /** Of what an unprivileged user can have, 0 to 100, as `df` says it. */
  readonly percent: number
}

/** The file system that holds the path: `gauge('disk.usage.percent', () => diskUsage('/').percent)`. Throws what statfs throws. */
export function diskUsage(path: string): DiskUsage {
  const { bsize, blocks, bfree, bavail } = statfsSync(path)
  const usedBytes = (blocks - bfree) * bsize
  const availableBytes = bavail * bsize
  const reachable = usedBytes + availableBytes
  return {
    totalBytes: blocks * bsize,
    usedBytes,
    freeBytes: bfree * bsize,
    availableBytes,
    percent: reachable === 0 ? 0 : (100 * usedBytes) / reachable,
  }
}
