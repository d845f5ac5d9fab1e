import type { GrafanaDatabase } from './databases.ts'
import { hostsSql, stateCountsSql } from './host-sql.ts'
import { callsSql, numberSql, type NumberLines, percentileSql } from './line-sql.ts'

/** One panel, whatever the database. */
export interface Panel {
  readonly title: string
  readonly type: 'stat' | 'table' | 'timeseries'
  /** Of 24 columns. */
  readonly width: number
  readonly height: number
  /** Grafana's name of the unit. */
  readonly unit?: string
  readonly most?: number
  readonly description?: string
  readonly sql: (database: GrafanaDatabase) => string
}

/** All of the dashboard, in the order of reading. */
export const panels: readonly Panel[] = [
  { title: 'Hosts by state', type: 'stat', width: 6, height: 8, sql: stateCountsSql },
  {
    title: 'Hosts',
    type: 'table',
    width: 18,
    height: 8,
    description: 'Late after three of its own intervals without data, down after ten. A click shows the host.',
    sql: hostsSql,
  },
  lines('CPU in use', 'percentunit', {
    kind: 'gauge',
    metrics: ['system.cpu.utilization'],
    only: { attribute: 'cpu.mode', value: 'idle' },
    drawn: (value) => `1 - ${value}`,
  }),
  lines('CPU by mode', 'percentunit', { kind: 'gauge', metrics: ['system.cpu.utilization'], by: ['cpu.mode'] }),
  lines('Memory in use', 'percentunit', {
    kind: 'gauge',
    metrics: ['system.memory.utilization'],
    only: { attribute: 'system.memory.state', value: 'used' },
  }),
  lines('Memory by state', 'bytes', {
    kind: 'gauge',
    metrics: ['system.memory.usage'],
    by: ['system.memory.state'],
  }),
  lines('Load', 'short', {
    kind: 'gauge',
    metrics: ['1m', '5m', '15m'].map((window) => `system.cpu.load_average.${window}`),
  }),
  lines('File systems in use', 'percentunit', {
    kind: 'gauge',
    metrics: ['system.filesystem.utilization'],
    by: ['system.filesystem.mountpoint', 'system.device'],
  }),
  lines('Disks, bytes', 'Bps', {
    kind: 'counter',
    metrics: ['system.disk.io'],
    by: ['system.device', 'disk.io.direction'],
  }),
  lines('Disks, operations', 'iops', {
    kind: 'counter',
    metrics: ['system.disk.operations'],
    by: ['system.device', 'disk.io.direction'],
  }),
  lines('Network, bytes', 'Bps', {
    kind: 'counter',
    metrics: ['system.network.io'],
    by: ['network.interface.name', 'network.io.direction'],
  }),
  lines('Network, errors and dropped packets', 'cps', {
    kind: 'counter',
    metrics: ['system.network.errors', 'system.network.packet.dropped'],
    by: ['network.interface.name', 'network.io.direction'],
  }),
  {
    title: 'Timer $timer: p50, p95, p99',
    type: 'timeseries',
    width: 12,
    height: 8,
    unit: 's',
    description: 'Of the ten minutes or the hour; at a step of a minute the highest of its intervals.',
    sql: percentileSql,
  },
  { title: 'Timer $timer: how often', type: 'timeseries', width: 12, height: 8, unit: 'ops', sql: callsSql },
]

function lines(title: string, unit: string, what: NumberLines): Panel {
  return {
    title,
    type: 'timeseries',
    width: 12,
    height: 8,
    unit,
    ...(unit === 'percentunit' ? { most: 1 } : {}),
    sql: (database) => numberSql(database, what),
  }
}
