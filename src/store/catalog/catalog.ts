import type { Series } from '../../metric/sample.ts'
import type { DecodedPart, DecodedRun, Layout } from '../../wire/decoded-record.ts'
import { CounterStarts, type DueStarts, type RowOfStarts } from './counter-starts.ts'
import { HostCatalog } from './host-catalog.ts'
import { IdCache } from './id-cache.ts'
import { entryAt } from '../index-aligned.ts'
import { layoutSource } from './layout-ids.ts'
import { type RunOfHost, runSource } from './run-ids.ts'
import { SeriesCatalog } from './series-catalog.ts'
import type { MetricStore } from '../store.ts'

/** The ids that one part of a record is stored under. */
export interface PartIds {
  readonly hostId: number
  readonly runId: number
}

/**
 * Ids of hosts, runs, series and layouts: cached, inserted where they are new, in short statements before the batch's own
 * transaction. Many consumers may do so at once. Cached ids must be forgotten whenever the database may be another one
 * than before: after every failure, when a connection has ended, and when the position is not the expected one.
 */
export class Catalog {
  readonly #store: MetricStore
  readonly #hosts: HostCatalog
  readonly #runs: IdCache<RunOfHost>
  readonly #series: SeriesCatalog
  readonly #layouts: IdCache<Layout>
  readonly #starts: CounterStarts
  #layoutsSeen = new WeakMap<Layout, number>()
  #runsSeen = new WeakMap<DecodedRun, PartIds>()
  /** How many connections had ended when nothing was remembered: all that is cached was read since. */
  #connectionsLost: number

  constructor(store: MetricStore) {
    this.#store = store
    this.#connectionsLost = store.connectionsLost
    this.#hosts = new HostCatalog(store)
    this.#runs = new IdCache(runSource(store))
    this.#series = new SeriesCatalog(store)
    this.#layouts = new IdCache(
      layoutSource(store, async (series) => {
        const connectionsLost = this.#connectionsLost
        return { ids: await this.#series.idsOf(series), connectionsLost }
      }),
    )
    this.#starts = new CounterStarts(async (series) => this.#series.idsOf(series))
  }

  forget(): void {
    this.#connectionsLost = this.#store.connectionsLost
    this.#hosts.forget()
    this.#runs.forget()
    this.#series.forget()
    this.#layouts.forget()
    this.#starts.forget()
    this.#layoutsSeen = new WeakMap()
    this.#runsSeen = new WeakMap()
  }

  /**
   * Index by index; hosts whose name, labels, resource or interval changed are updated. The same object of a run is
   * recognised at once, where it is of the same host: foreign hosts share one.
   */
  async partIds(parts: readonly DecodedPart[], nowMs: number): Promise<readonly PartIds[]> {
    // Kept in hand: after `forget` a call under way must not fill the new map with old ids.
    const seen = this.#runsSeen
    const hostIds = await this.#hosts.idsOf(parts, nowMs)
    const ids = parts.map(({ run }, index) => {
      const known = seen.get(run)
      return known?.hostId === hostIds[index] ? known : undefined
    })
    const fresh = [...ids.keys()].filter((index) => ids[index] === undefined)
    const runs = fresh.map((index) => ({
      hostId: entryAt(hostIds, index, 'a host'),
      run: entryAt(parts, index, 'a part').run,
      nowMs,
    }))
    const runIds = fresh.length === 0 ? [] : await this.#runs.idsOf(runs)
    for (const [at, { hostId, run }] of runs.entries()) {
      const known = { hostId, runId: entryAt(runIds, at, 'a run') }
      ids[entryAt(fresh, at, 'a part')] = known
      seen.set(run, known)
    }
    return ids.map((_id, index) => entryAt(ids, index, 'a run'))
  }

  /** The id of a run that a note speaks of; it may never have been heard of before. */
  async runId(hostId: number, run: DecodedRun, nowMs: number): Promise<number> {
    return entryAt(await this.#runs.idsOf([{ hostId, run, nowMs }]), 0, 'a run')
  }

  /** The id of a run of which a record came that could not be understood; undefined when nothing else of it came yet. */
  async findRunId(agentUid: string, run: bigint): Promise<number | undefined> {
    const hostId = await this.#hosts.find(agentUid)
    return hostId === undefined
      ? undefined
      : this.#runs.find({ hostId, run: { run, foreign: false, startedAtMs: 0 }, nowMs: 0 })
  }

  /** Index by index. The same object is recognised at once, an equal one by its hash. */
  async layoutIds(layouts: readonly Layout[]): Promise<readonly number[]> {
    const seen = this.#layoutsSeen
    const fresh = [...new Set(layouts.filter((layout) => !seen.has(layout)))]
    const ids = await this.#layouts.idsOf(fresh)
    for (const [index, layout] of fresh.entries()) seen.set(layout, entryAt(ids, index, 'a layout'))
    const all = layouts.map((layout) => seen.get(layout))
    return all.map((_id, index) => entryAt(all, index, 'a layout'))
  }

  /** Of these rows the starts of counters that are to be noted. */
  async dueStarts(rows: readonly RowOfStarts[]): Promise<DueStarts> {
    return this.#starts.due(rows)
  }

  /** Index by index. */
  async seriesIds(series: readonly Series[]): Promise<readonly number[]> {
    return this.#series.idsOf(series)
  }
}
