import type { ChartLine } from '../../api.ts'

/** What distinguishes a line of a chart from its others: its host where there are several, what its attributes differ in, its statistic. */
export function lineNames(lines: readonly ChartLine[]): readonly string[] {
  const hosts = new Set(lines.map((line) => line.hostUid))
  const names = new Set(lines.map((line) => line.host))
  const keys = new Set(lines.flatMap((line) => Object.keys(line.attributes)))
  const differing = [...keys].filter((key) => new Set(lines.map((line) => textOf(line.attributes[key]))).size > 1)
  return lines.map((line) => {
    // Two hosts of one name are told apart by the begin of their ids.
    const host = names.size === hosts.size ? line.host : `${line.host} (${line.hostUid.slice(0, 8)})`
    const parts = [
      ...(hosts.size > 1 ? [host] : []),
      ...differing.map((key) => textOf(line.attributes[key])).filter((text) => text !== ''),
      ...(line.statistic === undefined ? [] : [line.statistic]),
    ]
    return parts.length > 0 ? parts.join(' · ') : hosts.size === 1 && lines.length === 1 ? 'average' : line.host
  })
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
