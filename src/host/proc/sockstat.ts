import { Scanner } from './scanner.ts'

/** Numbers of /proc/net/sockstat by section and name: `TCP.inuse`, `sockets.used`. Throws FormatError. Source: the kernel's net/ipv4/proc.c. */
export function parseSockStat(file: string, bytes: Buffer): ReadonlyMap<string, number> {
  const scanner = new Scanner(file, bytes)
  const numbers = new Map<string, number>()
  while (scanner.nextLine()) {
    const section = scanner.word()
    while (!scanner.isLineEnd) numbers.set(`${section.replace(/:$/, '')}.${scanner.word()}`, scanner.whole())
  }
  return numbers
}
