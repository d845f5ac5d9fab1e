import { fieldsOf, formatError, wholeNumber } from './lines.ts'

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
}

// The kernel counts in sectors of 512 bytes, whatever the device's own are.
const sectorBytes = 512

/** Parses /proc/diskstats. Source: Documentation/admin-guide/iostats.rst; further columns of newer kernels are ignored. */
export function parseDiskStats(text: string): readonly DiskStats[] {
  return fieldsOf(text).map((fields) => {
    if (fields.length < 14) throw formatError('diskstats', `a line has ${fields.length} fields, at least 14 are needed`)
    const number = (at: number): number => wholeNumber('diskstats', fields[at])
    return {
      device: fields[2] ?? '',
      readOperations: number(3),
      readMerged: number(4),
      readBytes: number(5) * sectorBytes,
      readSeconds: number(6) / 1000,
      writeOperations: number(7),
      writeMerged: number(8),
      writeBytes: number(9) * sectorBytes,
      writeSeconds: number(10) / 1000,
      pending: number(11),
      ioSeconds: number(12) / 1000,
      weightedIoSeconds: number(13) / 1000,
    }
  })
}
