import { parseMoment } from './time-expression.ts'
import { defaultRange } from './time-range.ts'
import type { TimeRange } from './time-range.ts'

const pages = ['hosts', 'host', 'compare', 'metrics', 'pipeline', 'events', 'login'] as const

/** A page, by the last part of its address; `hosts` is the first page. */
export type PageName = (typeof pages)[number]

/** What an address says: all that a page shows follows from it. */
export interface View {
  readonly page: PageName
  readonly range: TimeRange
  /** Host ids. */
  readonly hosts: readonly string[]
  readonly metrics: readonly string[]
  /** What else a page shows, by its own words: `q`, `sort`, `as`, `top` … */
  readonly options: Readonly<Record<string, string>>
}

/** The page of that name; the first one where there is none. */
export function pageNamed(name: string): PageName {
  return pages.find((page) => page === name) ?? 'hosts'
}

/** Reads an address: its last part names the page, `hosts` with a host in it is that host's. What makes no sense is left out. */
export function parseView(pathname: string, search: string): View {
  const last = pathname.split('/').at(-1) ?? ''
  const parameters = new URLSearchParams(search)
  const options: Record<string, string> = {}
  for (const [name, value] of parameters) {
    if (!['from', 'to', 'host', 'm'].includes(name) && value !== '') options[name] = value
  }
  const hosts = listIn(parameters, 'host')
  const named = pageNamed(last)
  return {
    page: named === 'hosts' && hosts.length > 0 ? 'host' : named,
    range: rangeIn(parameters),
    hosts,
    metrics: listIn(parameters, 'm'),
    options,
  }
}

/** Writes an address, relative to the page's own. A range that nobody chose is not written. */
export function hrefOf(view: View): string {
  const parameters = new URLSearchParams()
  if (view.range !== defaultRange) {
    parameters.append('from', view.range.from)
    parameters.append('to', view.range.to)
  }
  for (const host of view.hosts) parameters.append('host', host)
  for (const metric of view.metrics) parameters.append('m', metric)
  for (const [name, value] of Object.entries(view.options)) if (value !== '') parameters.append(name, value)
  const query = parameters.toString().replaceAll('%3A', ':')
  const path = view.page === 'hosts' ? '' : view.page === 'host' ? 'hosts' : view.page
  return `./${path}${query === '' ? '' : `?${query}`}`
}

/** The view with one of its options changed; an empty text takes it away. */
export function withOption(view: View, name: string, value: string): View {
  const options = Object.entries({ ...view.options, [name]: value }).filter(([, text]) => text !== '')
  return { ...view, options: Object.fromEntries(options) }
}

/** Another page over the same range. */
export function toPage(view: View, page: PageName, change: Partial<View> = {}): View {
  return { page, range: view.range, hosts: [], metrics: [], options: {}, ...change }
}

function rangeIn(parameters: URLSearchParams): TimeRange {
  // Only the form is of interest here, so any now will do.
  const [from, to] = ['from', 'to'].map((name) => parseMoment(parameters.get(name) ?? '', 1e12)?.text)
  if (from === undefined && to === undefined) return defaultRange
  return { from: from ?? defaultRange.from, to: to ?? defaultRange.to }
}

function listIn(parameters: URLSearchParams, name: string): readonly string[] {
  const values = parameters.getAll(name).flatMap((value) => value.split(','))
  return [...new Set(values.filter((value) => value !== ''))]
}
