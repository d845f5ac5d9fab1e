import { expect, it } from 'vitest'
import type { Sample } from '../../src/metric/sample.ts'
import { readCatalogue } from '../../src/query/catalogue.ts'
import { readEvents } from '../../src/query/event/event-list.ts'
import { listHostCharts } from '../../src/query/host/host-charts.ts'
import { listHosts } from '../../src/query/host/host-overview.ts'
import { findHosts } from '../../src/query/host/hosts.ts'
import { readRecentPoints } from '../../src/query/chart/recent-points.ts'
import { findKnownMetrics } from '../../src/query/known-metrics.ts'
import { findPicks } from '../../src/query/picks.ts'
import { consumerNowMs, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const nowMs = consumerNowMs
const minuteMs = 60_000

/** What the dashboard shows beside charts is the same on every database. */
export function describeOverview(harness: StoreHarness): void {
  const web = new TestAgent({ labels: { site: 'berlin' } })
  const other = new TestAgent({ agentUid: 'a0000000-0000-4000-8000-000000000002', name: 'web-1' })

  it('lists hosts with their cells and an hour of each, the worst first', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      // One reading at each step of the sparkline, and two newest ones.
      const times = Array.from({ length: 20 }, (_, step) => nowMs - 3_600_000 + step * 180_000)
      const all = [...times, nowMs - 10_000, nowMs - 2000]
      await world.takeRecords(
        ...all.map((timeMs, index) => web.record(index + 1, timeMs, round(0.25, (timeMs - (times[0] ?? 0)) / 10))),
      )
      await world.takeRecords(other.record(1, nowMs - 20 * minuteMs, [gaugeOf('mail.queue', 3)]))
      const thresholds = [{ metric: 'system.filesystem.utilization', warn: 0.8, critical: 0.9 }]
      const question = { hosts: await findHosts(store, {}), nowMs, pins: ['mail.queue', 'nobody.sends'], thresholds }
      const { columns, hosts } = await listHosts(store, question)
      expect(columns.map(({ id, unit, isPinned }) => [id, unit, isPinned])).toEqual([
        ['cpu', '1', false],
        ['disk', '1', false],
        ['receive', 'By/s', false],
        ['transmit', 'By/s', false],
        ['mail.queue', '1', true],
      ])
      expect(hosts.map(({ uid, state, isNameShared, labels }) => [uid, state, isNameShared, labels])).toEqual([
        [other.agentUid, 'down', true, {}],
        [web.agentUid, 'up', true, { site: 'berlin' }],
      ])
      const [down, up] = hosts
      expect(down?.cells.map(({ value }) => value)).toEqual([null, null, null, null, 3])
      expect(up?.cells.map(({ value, level }) => [value, level])).toEqual([
        [0.25, 'ok'],
        [0.95, 'critical'],
        [100, 'ok'],
        [null, 'ok'],
        [7, 'ok'],
      ])
      expect(up?.cells[0]?.spark).toEqual(Array.from({ length: 20 }, () => 0.25))
      expect(up?.cells[2]?.spark).toEqual([...Array.from({ length: 19 }, () => 100), null])
    }))

  it('says which charts a host has, in the order in which a person looks', async () =>
    inWorld(harness, async (world) => {
      const names = ['own.metric', 'system.network.io', 'system.cpu.utilization', 'system.cpu.load_average.15m']
      const samples = [...names.map((name) => gaugeOf(name, 1)), timerOf('api.health', nowMs)]
      await world.takeRecords(web.record(1, nowMs - 10_000, samples), other.record(1, nowMs, [gaugeOf('else', 1)]))
      const hosts = await findHosts(world.store, {})
      const own = hosts.find(({ agentUid }) => agentUid === web.agentUid)
      expect(own).toBeDefined()
      const charts = own === undefined ? [] : await listHostCharts(world.store, own)
      expect(charts.map(({ group, metric, kind }) => [group, metric, kind])).toEqual([
        ['CPU', 'system.cpu.utilization', 'gauge'],
        ['CPU', 'system.cpu.load_average.15m', 'gauge'],
        ['Network', 'system.network.io', 'gauge'],
        ['Own metrics', 'api.health', 'histogram'],
        ['Own metrics', 'own.metric', 'gauge'],
      ])
    }))

  it('counts what each metric costs a day, at the pace of the last hour', async () =>
    inWorld(harness, async (world) => {
      const both = [gaugeOf('load', 1, { cpu: 1 }), gaugeOf('load', 2, { cpu: 2 }), timerOf('api', nowMs)]
      const hourAgo = nowMs - 3_600_000
      await world.takeRecords(
        web.record(1, hourAgo, both),
        web.record(2, nowMs - 10_000, both),
        other.record(1, nowMs - 5),
      )
      const rows = await readCatalogue(world.store, nowMs)
      expect(rows.map(({ metric, hosts, series, samplesPerDay }) => [metric, hosts, series, samplesPerDay])).toEqual([
        ['api', 1, 1, 48],
        ['load', 2, 3, 120],
      ])
      expect(rows.every(({ bytesPerDay }) => bytesPerDay !== null && bytesPerDay > 0)).toBe(true)
    }))

  it('does not say in the first hour what a metric takes on the disk a day', async () =>
    inWorld(harness, async (world) => {
      const load = [gaugeOf('load', 1)]
      await world.takeRecords(web.record(1, nowMs - 1_800_000, load), web.record(2, nowMs - 10_000, load))
      const rows = await readCatalogue(world.store, nowMs)
      expect(rows.map(({ metric, samplesPerDay, bytesPerDay }) => [metric, samplesPerDay, bytesPerDay])).toEqual([
        ['load', 96, null],
      ])
    }))

  it('lists what happened, the newest first', async () =>
    inWorld(harness, async (world) => {
      const again = new TestAgent({ run: 8n })
      const load = (seq: number, value: number, from = web): ReturnType<typeof web.record> =>
        from.record(seq, nowMs - 600_000 + seq * minuteMs, [gaugeOf('load', value)])
      await world.takeRecords(load(1, 1), load(2, 9), load(3, 1), load(5, 1))
      await world.takeRecords(load(6, 1, again), web.poison(6))
      const hosts = await findHosts(world.store, {})
      const { events, isCut } = await readEvents(world.store, {
        hosts,
        isEveryHost: true,
        fromMs: nowMs - 2 * 3_600_000,
        toMs: nowMs + minuteMs,
        nowMs,
        thresholds: [
          { metric: 'load', warn: 8, critical: null },
          { metric: 'nobody.sends', warn: 1, critical: null },
        ],
      })
      expect(isCut).toBe(false)
      const kinds = events.map(({ kind, level, host }) => [kind, level, host])
      expect(kinds).toEqual(
        expect.arrayContaining([
          ['gap', 'warn', 'web-1'],
          ['dead-letter', 'warn', 'web-1'],
        ]),
      )
      expect(kinds).toEqual(
        expect.arrayContaining([
          ['restart', 'ok', 'web-1'],
          ['new-host', 'ok', 'web-1'],
        ]),
      )
      const crossed = events.filter(({ kind }) => kind === 'threshold')
      expect(crossed.map(({ level, text }) => [level, text])).toEqual([
        ['ok', 'load is 100 %: as it should be again'],
        ['warn', 'load is 900 %'],
      ])
      const times = events.map(({ timeMs }) => timeMs)
      expect(times).toEqual(times.toSorted((a, b) => b - a))
    }))

  it('reads only what is new, a counter as the rate since the reading before', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(
        ...[100, 200, 500].map((total, index) =>
          web.record(index + 1, nowMs - 30_000 + index * 10_000, [
            counterOf('sent', total, {}),
            timerOf('api', nowMs - 30_000 + index * 10_000),
          ]),
        ),
      )
      const metrics = [...(await findKnownMetrics(store, ['sent', 'api'])).values()]
      const points = await readRecentPoints(store, {
        hosts: await findHosts(store, {}),
        metrics,
        picks: await findPicks(
          store,
          metrics.flatMap(({ series }) => Array.from(series.keys())),
        ),
        sinceMs: nowMs - 15_000,
        nowMs,
      })
      const timeMs = nowMs - 10_000
      expect(points.map(({ metric, statistic, timeMs: at, value }) => [metric, statistic, at, value])).toEqual([
        ['sent', undefined, timeMs, 30],
        ['api', 'p50', timeMs, expect.any(Number)],
        ['api', 'p95', timeMs, expect.any(Number)],
        ['api', 'p99', timeMs, expect.any(Number)],
        ['api', 'rate', timeMs, 0.3],
      ])
    }))
}

function counterOf(name: string, value: number, attributes: Readonly<Record<string, string>>): Sample {
  return { series: { name, unit: 'By', kind: 'counter', attributes }, value, startTimeMs: nowMs - 7_200_000 }
}

function round(share: number, received: number): readonly Sample[] {
  return [
    gaugeOf('system.cpu.utilization', 1 - share, { 'cpu.mode': 'idle' }),
    gaugeOf('system.cpu.utilization', 0, { 'cpu.mode': 'iowait' }),
    gaugeOf('system.cpu.utilization', share, { 'cpu.mode': 'user' }),
    gaugeOf('system.filesystem.utilization', 0.5, { 'system.filesystem.mountpoint': '/' }),
    gaugeOf('system.filesystem.utilization', 0.95, { 'system.filesystem.mountpoint': '/data' }),
    counterOf('system.network.io', received, { 'network.io.direction': 'receive' }),
    gaugeOf('mail.queue', 7),
  ]
}
