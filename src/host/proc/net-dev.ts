import { formatError, wholeNumber } from './lines.ts'

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

/** Parses /proc/net/dev. Source: proc_pid_net(5). */
export function parseNetDev(text: string): readonly InterfaceStats[] {
  const [, , ...lines] = text.split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const cut = line.lastIndexOf(':')
      const fields = line
        .slice(cut + 1)
        .trim()
        .split(/\s+/)
      if (cut < 0 || fields.length < 16)
        throw formatError('net/dev', `a line has ${fields.length} fields, 16 are needed`)
      return { name: line.slice(0, cut).trim(), receive: direction(fields, 0), transmit: direction(fields, 8) }
    })
}

function direction(fields: readonly string[], at: number): DirectionStats {
  const number = (index: number): number => wholeNumber('net/dev', fields[at + index])
  return { bytes: number(0), packets: number(1), errors: number(2), dropped: number(3) }
}
