import type { HostColumn, HostRow, HostState } from '../../api.ts'

/** Which hosts are listed, and in which order. */
export interface Arrangement {
  /** Part of a name, an id, or `label=value`. */
  readonly text: string
  readonly state: HostState | undefined
  /** `status`, `name`, `seen`, or the id of a column: the highest first. */
  readonly sort: string
}

const worst: Readonly<Record<HostState, number>> = { down: 0, late: 1, up: 2 }

/** The hosts that fit, in order. Hosts without the number that is sorted by come last. */
export function arrangeHosts(
  hosts: readonly HostRow[],
  columns: readonly HostColumn[],
  { text, state, sort }: Arrangement,
): readonly HostRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = hosts.filter(
    (host) => (state === undefined || host.state === state) && words.every((word) => isIn(host, word)),
  )
  const column = columns.findIndex(({ id }) => id === sort)
  return fitting.toSorted((a, b) => {
    if (column >= 0)
      return (b.cells[column]?.value ?? -Infinity) - (a.cells[column]?.value ?? -Infinity) || byName(a, b)
    if (sort === 'name') return byName(a, b)
    if (sort === 'seen') return a.ageMs - b.ageMs
    return worst[a.state] - worst[b.state] || worstLevel(b) - worstLevel(a) || byName(a, b)
  })
}

function isIn(host: HostRow, word: string): boolean {
  const labels = Object.entries(host.labels).map(([name, value]) => `${name}=${value}`)
  return [host.name, host.uid, ...labels].some((text) => text.toLowerCase().includes(word))
}

function worstLevel(host: HostRow): number {
  return Math.max(0, ...host.cells.map(({ level }) => ({ ok: 0, warn: 1, critical: 2 })[level]))
}

function byName(a: HostRow, b: HostRow): number {
  return a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.uid < b.uid ? -1 : 1)
}
