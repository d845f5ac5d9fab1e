import type { TimeRange } from '../address/time-range.ts'

/** What charts are asked for. */
export interface ChartsQuestion {
  readonly metrics: readonly string[]
  readonly hosts: readonly string[]
  readonly range: TimeRange
  readonly points: number
  /** Keep the hosts with the highest mean. */
  readonly top?: number | undefined
  readonly isSum?: boolean | undefined
}

/** The address of charts, relative to the page. */
export function chartsAddress({ metrics, hosts, range, points, top, isSum }: ChartsQuestion): string {
  const parameters = new URLSearchParams()
  for (const metric of metrics) parameters.append('m', metric)
  for (const host of hosts) parameters.append('host', host)
  parameters.append('from', range.from)
  parameters.append('to', range.to)
  parameters.append('points', String(points))
  if (top !== undefined) parameters.append('top', String(top))
  if (isSum === true) parameters.append('as', 'sum')
  return `./api/charts?${parameters.toString().replaceAll('%3A', ':')}`
}

/** The address of what is new of hosts and metrics; neither: only how the hosts do. */
export function liveAddress(hosts: readonly string[], metrics: readonly string[]): string {
  const parameters = new URLSearchParams()
  for (const host of hosts) parameters.append('host', host)
  for (const metric of metrics) parameters.append('m', metric)
  const query = parameters.toString()
  return `./api/live${query === '' ? '' : `?${query}`}`
}

/** The same question for one of its charts alone, and of one host where the chart shows only that one. */
export function oneChartAddress(address: string, metric: string, hostUid?: string): string {
  const parameters = new URLSearchParams(address.slice(address.indexOf('?')))
  parameters.delete('m')
  parameters.append('m', metric)
  if (hostUid !== undefined) {
    for (const name of ['host', 'top', 'as']) parameters.delete(name)
    parameters.append('host', hostUid)
  }
  return `./api/charts?${parameters.toString().replaceAll('%3A', ':')}`
}

/** The same numbers as a file. */
export function exportAddress(address: string, format: 'csv' | 'json'): string {
  return address.replace('./api/charts?', `./api/export?format=${format}&`)
}
