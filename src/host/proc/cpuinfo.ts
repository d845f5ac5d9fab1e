import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** What /proc/cpuinfo says of one processor; the lines differ by architecture, and what it does not say is undefined. */
export interface CpuInfo {
  readonly number: number
  readonly hertz: number | undefined
  /** Socket and core, together the name of a physical core: `0/3`. */
  readonly core: string | undefined
}

/** Parses /proc/cpuinfo. Throws FormatError. Source: proc_cpuinfo(5). */
export function parseCpuInfo(cpuinfo: Buffer): readonly CpuInfo[] {
  const scanner = new Scanner('cpuinfo', cpuinfo)
  const blocks: Map<string, string>[] = []
  while (scanner.nextLine()) {
    const name = scanner.wordBefore(':')?.trim()
    const value = scanner.rest()
    // The value may have a colon too; none of those that are read here has.
    if (name === 'processor' && /^\d+$/.test(value)) blocks.push(new Map())
    if (name !== undefined) blocks.at(-1)?.set(name, value)
  }
  return blocks.map((lines) => {
    const number = Number(lines.get('processor'))
    if (!Number.isSafeInteger(number)) throw formatError('cpuinfo', 'a processor has no number')
    const megahertz = lines.get('cpu MHz') ?? ''
    const [socket, core] = [lines.get('physical id'), lines.get('core id')]
    const hertz = /^\d+\.\d+$/.test(megahertz) ? Math.round(Number(megahertz) * 1e6) : undefined
    return { number, hertz, core: socket === undefined || core === undefined ? undefined : `${socket}/${core}` }
  })
}
