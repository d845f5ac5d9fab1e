import { formatError } from './format-error.ts'

/**
 * Numbers of files such as /proc/net/snmp and netstat, where a line of names is followed by one of numbers, by section and name:
 * `Tcp.RetransSegs`. Throws FormatError. Source: Documentation/networking/snmp_counter.rst.
 */
export function parseNetStat(file: string, bytes: Buffer): ReadonlyMap<string, number> {
  const lines = bytes.toString('latin1').split('\n')
  const numbers = new Map<string, number>()
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [names, values] = [(lines[at] ?? '').split(' '), (lines[at + 1] ?? '').split(' ')]
    const section = names[0] ?? ''
    if (section === '' || section !== values[0] || names.length !== values.length) {
      throw formatError(file, `the line of '${section.slice(0, 20)}' is not followed by its numbers`)
    }
    for (let field = 1; field < names.length; field++) {
      const value = Number(values[field])
      if (!Number.isFinite(value)) throw formatError(file, `'${values[field]?.slice(0, 20)}' is no number`)
      numbers.set(`${section.slice(0, -1)}.${names[field]}`, value)
    }
  }
  return numbers
}
