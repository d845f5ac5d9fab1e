import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** What a block device did since boot. */
export interface DiskStats {
  readonly device: string
  readonly readOperations: number
  readonly readMerged: number
  readonly readBytes: number
  readonly readSeconds: number
  readonly writeOperations: number
  readonly writeMerged: number
  readonly writeBytes: number
  readonly writeSeconds: number
  readonly pending: number
  readonly ioSeconds: number
  readonly weightedIoSeconds: number
  /** Linux 4.18. */
  readonly discards: Discards | undefined
  /** Linux 5.5. */
  readonly flushes: { readonly operations: number; readonly seconds: number } | undefined
}

/** What a device was told that is not used any more. */
export interface Discards {
  readonly operations: number
  readonly merged: number
  readonly bytes: number
  readonly seconds: number
}

// The kernel counts in sectors of 512 bytes, whatever the device's own are.
const sectorBytes = 512

/** Parses /proc/diskstats. Throws FormatError. Source: Documentation/admin-guide/iostats.rst; further columns of newer kernels are ignored. */
export function parseDiskStats(diskstats: Buffer): readonly DiskStats[] {
  const scanner = new Scanner('diskstats', diskstats)
  const devices: DiskStats[] = []
  while (scanner.nextLine()) {
    scanner.skip(2)
    const device = scanner.word()
    if (device === '') throw formatError('diskstats', 'a line names no device')
    const whole = (): number => scanner.whole()
    devices.push({
      device,
      readOperations: whole(),
      readMerged: whole(),
      readBytes: whole() * sectorBytes,
      readSeconds: whole() / 1000,
      writeOperations: whole(),
      writeMerged: whole(),
      writeBytes: whole() * sectorBytes,
      writeSeconds: whole() / 1000,
      pending: whole(),
      ioSeconds: whole() / 1000,
      weightedIoSeconds: whole() / 1000,
      discards: scanner.isLineEnd
        ? undefined
        : { operations: whole(), merged: whole(), bytes: whole() * sectorBytes, seconds: whole() / 1000 },
      flushes: scanner.isLineEnd ? undefined : { operations: whole(), seconds: whole() / 1000 },
    })
  }
  return devices
}
