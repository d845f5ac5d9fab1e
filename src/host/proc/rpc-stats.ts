import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/**
 * Parses /proc/net/rpc/nfs and nfsd: the whole numbers of each line by its name. Of a `proc` line, which says first how many
 * there are, what follows. Throws FormatError. Source: net/sunrpc/stats.c, fs/nfsd/stats.c; unknown lines are passed over.
 */
export function parseRpcStats(file: string, bytes: Buffer): ReadonlyMap<string, readonly number[]> {
  const scanner = new Scanner(file, bytes)
  const lines = new Map<string, readonly number[]>()
  while (scanner.nextLine()) {
    const name = scanner.word()
    const most = mostOf(name, scanner)
    if (most === undefined) continue
    const numbers: number[] = []
    while (numbers.length < most && !scanner.isLineEnd) numbers.push(scanner.whole())
    if (name.startsWith('proc') && numbers.length < most) {
      throw formatError(file, `the line '${name}' has ${numbers.length} numbers, not ${most}`)
    }
    lines.set(name, numbers)
  }
  if (!lines.has('rpc')) throw formatError(file, "has no line 'rpc'")
  return lines
}

function mostOf(name: string, scanner: Scanner): number | undefined {
  if (/^proc\d/.test(name)) return scanner.whole()
  // Behind the number of threads there were decimal numbers in older kernels.
  return { rc: 3, fh: 1, io: 2, th: 1, net: 4, rpc: 5 }[name]
}
