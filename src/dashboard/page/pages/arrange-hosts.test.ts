import { expect, it } from 'vitest'
import type { HostColumn, HostRow } from '../../api.ts'
import { arrangeHosts } from './arrange-hosts.ts'

const columns: readonly HostColumn[] = [{ id: 'cpu', title: 'CPU', unit: '1', metric: 'm', isPinned: false }]

function host(name: string, state: HostRow['state'], value: number | null, change: Partial<HostRow> = {}): HostRow {
  return {
    uid: `uid-${name}`,
    name,
    isNameShared: false,
    labels: {},
    state,
    ageMs: 0,
    intervalMs: null,
    cause: null,
    cells: [{ value, spark: [], level: 'ok' }],
    ...change,
  }
}

const hosts = [
  host('web-10', 'up', 0.1, { ageMs: 9, labels: { site: 'Berlin' } }),
  host('web-2', 'up', 0.9, { ageMs: 3, cells: [{ value: 0.9, spark: [], level: 'critical' }] }),
  host('db-1', 'late', null, { ageMs: 500 }),
  host('db-2', 'down', 0.5, { ageMs: 9000 }),
]

function names(text: string, sort: string, state?: HostRow['state']): readonly string[] {
  return arrangeHosts(hosts, columns, { text, sort, state }).map(({ name }) => name)
}

it('lists the worst first', () => {
  expect(names('', 'status')).toEqual(['db-2', 'db-1', 'web-2', 'web-10'])
})

it('sorts names as people count, numbers highest first, unknown ones last', () => {
  expect(names('', 'name')).toEqual(['db-1', 'db-2', 'web-2', 'web-10'])
  expect(names('', 'cpu')).toEqual(['web-2', 'db-2', 'web-10', 'db-1'])
  expect(names('', 'seen')).toEqual(['web-2', 'web-10', 'db-1', 'db-2'])
})

it('filters by name, id, label and state', () => {
  expect(names('WEB', 'name')).toEqual(['web-2', 'web-10'])
  expect(names('site=berlin', 'name')).toEqual(['web-10'])
  expect(names('web uid-web-2', 'name')).toEqual(['web-2'])
  expect(names('', 'name', 'late')).toEqual(['db-1'])
})
