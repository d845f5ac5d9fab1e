import { unescapePath } from './escaped-path.ts'
import { Scanner } from './scanner.ts'

/** One swap area, bytes. */
export interface Swap {
  readonly device: string
  readonly sizeBytes: number
  readonly usedBytes: number
}

/** Parses /proc/swaps, which counts in KiB. Throws FormatError. Source: proc_swaps(5). */
export function parseSwaps(swapsFile: Buffer): readonly Swap[] {
  const scanner = new Scanner('swaps', swapsFile)
  const swaps: Swap[] = []
  // A heading.
  scanner.nextLine()
  while (scanner.nextLine()) {
    const device = unescapePath(scanner.word())
    scanner.skip(1)
    swaps.push({ device, sizeBytes: scanner.whole() * 1024, usedBytes: scanner.whole() * 1024 })
  }
  return swaps
}
