import { describe, expect, it } from 'vitest'
import { grafanaDatabases } from '../../examples/grafana/source/databases.ts'
import { readDashboard, type GrafanaDashboard } from '../support/grafana-dashboard.ts'
import { grafanaSql, type GrafanaAsked } from '../support/grafana-macros.ts'
import { fillMeasured, type MeasuredFleet } from '../support/measured-fleet.ts'
import type { OwnDatabase } from '../support/own-database.ts'
import type { Row, TimeZone } from '../support/plain-sql.ts'
import { readingRole } from '../support/reading-role.ts'
import { sqlCases, zones } from '../support/sql-cases.ts'

const minuteMs = 60_000

/** A dashboard over a filled database, asked as Grafana asks. */
class Grafana {
  readonly dashboard: GrafanaDashboard
  readonly #sql: OwnDatabase['sql']
  readonly #fleet: MeasuredFleet

  constructor(dashboard: GrafanaDashboard, sql: OwnDatabase['sql'], fleet: MeasuredFleet) {
    this.dashboard = dashboard
    this.#sql = sql
    this.#fleet = fleet
  }

  async choose(name: string): Promise<readonly { readonly text: string; readonly value: string }[]> {
    const choice = this.dashboard.choices.find((each) => each.name === name)
    if (choice === undefined) throw new Error(`there is no variable ${name}`)
    const rows = await this.#sql(grafanaSql(choice.sql, this.dashboard.plugin, this.#asked({})))
    return rows.map((row) => {
      const [shown, ...others] = Object.values(row)
      // The plugin of SQLite takes no list of two columns.
      if (others.length > 0) throw new Error(`the choice of ${name} has several columns`)
      const { text = '', value = '' } = choice.pattern.exec(String(shown))?.groups ?? {}
      return { text, value }
    })
  }

  async ask(title: string, variables: GrafanaAsked['variables'], zone?: TimeZone): Promise<readonly Row[]> {
    const panel = this.dashboard.panels.find((each) => each.title === title)
    if (panel === undefined) throw new Error(`there is no panel ${title}`)
    return this.#sql(grafanaSql(panel.sql, this.dashboard.plugin, this.#asked(variables)), zone)
  }

  #asked(variables: GrafanaAsked['variables']): GrafanaAsked {
    const { beginMs, endMs } = this.#fleet
    return { fromMs: beginMs - 30 * minuteMs, toMs: endMs + 30 * minuteMs, variables }
  }
}

/** A line's points, from the begin of the hour: minute and value. */
function pointsOf(rows: readonly Row[], line: string, { beginMs }: MeasuredFleet, column = 'value') {
  return rows
    .filter((row) => row['line'] === line)
    .map((row) => [(Number(row['time']) * 1000 - beginMs) / minuteMs, Math.round(Number(row[column]) * 1e6) / 1e6])
}

function minutesOf(rows: readonly Row[], line: string, fleet: MeasuredFleet): readonly number[] {
  return pointsOf(rows, line, fleet).map(([minute]) => minute ?? Number.NaN)
}

const lines = {
  cpu: 'CPU in use',
  disks: 'Disks, bytes',
  percentiles: 'Timer $timer: p50, p95, p99',
  calls: 'Timer $timer: how often',
}

describe.each(sqlCases('grafana'))('the dashboard for Grafana on $name', ({ block, create }) => {
  const file = grafanaDatabases.find((each) => each.file.includes(block === 'mariadb' ? 'mysql' : block))?.file ?? ''

  it.skipIf(create === undefined)(
    'has rows in every panel, and the right ones, for a role that may only read',
    async () => {
      if (create === undefined) return
      await using database = await create()
      const fleet = await fillMeasured(database.location, Date.now())
      await using reader = await readingRole(database, block)
      const grafana = new Grafana(readDashboard(file), reader.sql, fleet)

      const hosts = await grafana.choose('host')
      expect(hosts.map(({ text }) => text)).toEqual(['broken', 'steady'])
      const timers = await grafana.choose('timer')
      expect(timers.map(({ text }) => text)).toEqual(['api.health'])
      const host = hosts.map(({ value }) => value)
      const timer = timers.map(({ value }) => value)

      for (const step of [60, 600, 3600]) {
        for (const { title, isOverTime } of grafana.dashboard.panels) {
          const rows = await grafana.ask(title, { host, timer, step: [String(step)] })
          expect(rows, `${title} by ${step} s`).not.toEqual([])
          if (!isOverTime) continue
          const times = rows.map((row) => Number(row['time']))
          // Whole steps as seconds since 1970, in order, inside the range: what Grafana takes as a time.
          expect(
            times.every((time) => time % step === 0 && time * 1000 >= fleet.beginMs && time * 1000 < fleet.endMs),
          ).toBe(true)
          expect(times).toEqual(times.toSorted((a, b) => a - b))
          expect(new Set(rows.map((row) => typeof row['line']))).toEqual(new Set(['string']))
        }
      }

      const byStep = async (title: string, step: number, zone?: TimeZone) =>
        grafana.ask(title, { host, timer, step: [String(step)] }, zone)
      const tenMinutes = [0, 10, 20, 30, 40, 50]
      for (const zone of zones) {
        const cpu = await byStep(lines.cpu, 60, zone)
        expect(pointsOf(cpu, 'steady', fleet)).toEqual(Array.from({ length: 60 }, (_, minute) => [minute, 0.25]))
        const cpuOfTen = await byStep(lines.cpu, 600, zone)
        expect(pointsOf(cpuOfTen, 'steady', fleet)).toEqual(tenMinutes.map((minute) => [minute, 0.25]))
        expect(pointsOf(await byStep(lines.cpu, 3600, zone), 'steady', fleet)).toEqual([[0, 0.25]])
        // Nothing stands between minutes 15 and 27, so that Grafana's filling makes the gap.
        expect(minutesOf(cpu, 'broken', fleet).filter((minute) => minute > 12 && minute < 30)).toEqual([
          13, 14, 27, 28, 29,
        ])
      }

      const disks = await byStep(lines.disks, 60)
      expect(pointsOf(disks, 'steady one read', fleet)).toEqual(
        Array.from({ length: 60 }, (_, minute) => [minute, 100]),
      )
      expect(pointsOf(disks, 'steady one write', fleet)[7]).toEqual([7, 200])
      const broken = pointsOf(disks, 'broken one read', fleet)
      // Anew: 1000 since 10 s, over the 30 s between two readings; then 3000.
      expect(broken.slice(9, 12)).toEqual([
        [9, 100],
        [10, 66.666667],
        [11, 100],
      ])
      expect(broken.every(([, rate = -1]) => rate > 0 && rate <= 100)).toBe(true)
      // What it grew by while it was silent has no time.
      expect(broken.map(([minute]) => minute).filter((minute = 0) => minute > 13 && minute < 29)).toEqual([14, 27, 28])
      const disksOfTen = pointsOf(await byStep(lines.disks, 600), 'steady one read', fleet)
      expect(disksOfTen.slice(1)).toEqual(tenMinutes.slice(1).map((minute) => [minute, 100]))

      for (const step of [60, 600, 3600]) {
        const percentiles = await byStep(lines.percentiles, step)
        const [, p50 = 0] = pointsOf(percentiles, 'steady', fleet, 'p50').at(-1) ?? []
        const [, p99 = 0] = pointsOf(percentiles, 'steady', fleet, 'p99').at(-1) ?? []
        expect(Math.abs(p50 - 0.02)).toBeLessThan(0.001)
        expect(Math.abs(p99 - 0.04)).toBeLessThan(0.002)
        expect(pointsOf(await byStep(lines.calls, step), 'steady', fleet).at(-1)?.[1]).toBe(0.1)
      }

      const [counts] = await grafana.ask('Hosts by state', {})
      expect(Object.entries(counts ?? {}).map(([state, count]) => [state, Number(count)])).toEqual([
        ['up', 0],
        ['late', 0],
        ['down', 2],
      ])
      const table = await grafana.ask('Hosts', {})
      expect(table.map((row) => [row['host'], row['state'], Number(row['interval_seconds'])])).toEqual([
        ['broken', 'down', 10],
        ['steady', 'down', 10],
      ])
    },
  )
})
