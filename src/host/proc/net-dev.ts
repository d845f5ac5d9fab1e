import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** What an interface moved since it came up. */
export interface InterfaceStats {
  readonly name: string
  readonly receive: DirectionStats
  readonly transmit: DirectionStats
}

/** One direction of it. */
export interface DirectionStats {
  readonly bytes: number
  readonly packets: number
  readonly errors: number
  readonly dropped: number
}

/** Parses /proc/net/dev. Throws FormatError. Source: proc_pid_net(5). */
export function parseNetDev(netDev: Buffer): readonly InterfaceStats[] {
  const scanner = new Scanner('net/dev', netDev)
  const interfaces: InterfaceStats[] = []
  // Two lines of headings.
  if (!scanner.nextLine() || !scanner.nextLine()) return []
  while (scanner.nextLine()) {
    const name = scanner.wordBefore(':')
    if (name === undefined) throw formatError('net/dev', `a line names no interface: '${scanner.rest().slice(0, 40)}'`)
    interfaces.push({ name, receive: direction(scanner), transmit: direction(scanner) })
  }
  return interfaces
}

function direction(scanner: Scanner): DirectionStats {
  const stats = {
    bytes: scanner.whole(),
    packets: scanner.whole(),
    errors: scanner.whole(),
    dropped: scanner.whole(),
  }
  for (let further = 0; further < 4; further++) scanner.whole()
  return stats
}
