import { findHosts, type KnownHost } from '../query/host/hosts.ts'
import { hostState } from '../query/host/host-state.ts'
import { type DescribedMetric, findKnownMetrics } from '../query/known-metrics.ts'
import { findPicks, type LayoutPicks } from '../query/picks.ts'
import { readRecentPoints } from '../query/chart/recent-points.ts'
import type { AskedStore } from '../query/asked-store.ts'
import type { Clock } from '../runtime/clock.ts'
import type { LiveHost } from './live-listener.ts'
import { LiveListener, type LiveEvent, type LiveInterest } from './live-listener.ts'
import { toErrorAnswer } from './error-answer.ts'
import { causeOf } from './host-cause.ts'
import type { LateWatch } from './late-watch.ts'
import type { WayWatch } from './way-watch.ts'

/** How often the database is asked while somebody listens. */
export const pollMs = 2000
/** How long a reading may be on its way and is still told live. */
export const allowanceMs = 30_000
/** A stream goes on from so far back at most; who was away longer reads the charts anew. */
const furthestMs = 900_000
/** How long it is believed that a metric has no new series. */
const seriesFreshMs = 30_000

/** What it asks. */
export interface LiveFeedOptions {
  readonly store: AskedStore
  readonly clock: Clock
  readonly late: LateWatch
  readonly way: WayWatch
}

/** One poll of the database for all open streams; none where nobody listens. */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  readonly #listeners = new Set<LiveListener>()
  #polling: AbortController | undefined
  #series: KnownSeries | undefined

  constructor(options: LiveFeedOptions) {
    this.#options = options
  }

  /** How many streams are open. */
  get size(): number {
    return this.#listeners.size
  }

  /** Opens a stream; what is returned closes it. */
  listen(interest: LiveInterest, push: (event: LiveEvent) => void): () => void {
    const nowMs = this.#options.clock.now()
    const sinceMs = Math.max(interest.sinceMs, nowMs - furthestMs)
    const listener = new LiveListener({ ...interest, sinceMs }, push)
    this.#listeners.add(listener)
    this.#polling ??= this.#begin()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#polling?.abort(new Error('nobody listens any more'))
      this.#polling = undefined
    }
  }

  #begin(): AbortController {
    const polling = new AbortController()
    void this.#run(polling.signal)
    return polling
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#poll()
      } catch (error) {
        const { answer } = toErrorAnswer(error)
        for (const listener of this.#listeners) listener.tellTrouble(answer.error, answer.nextStep)
      }
      try {
        await this.#options.clock.sleep(pollMs, signal)
      } catch {
        // The sleep is cut short where nobody listens any more; the loop ends by the signal.
      }
    }
  }

  async #poll(): Promise<void> {
    const { store, clock, late } = this.#options
    const listeners = [...this.#listeners]
    const nowMs = clock.now()
    const id = String(nowMs)
    const hosts = await findHosts(store, {})
    late.see(hosts, nowMs)
    const rows = this.#rowsOf(hosts, nowMs)
    for (const listener of listeners) listener.tellHosts(rows, id)
    const { metrics, picks } = await this.#seriesOf(listeners)
    const points = await readRecentPoints(store, {
      hosts: wantedHosts(hosts, listeners),
      metrics,
      picks,
      sinceMs: listeners.reduce((least, { fromMs }) => Math.min(least, fromMs), nowMs),
      nowMs,
    })
    const intervals = new Map(hosts.map(({ agentUid, intervalMs = null }) => [agentUid, intervalMs]))
    const told = points.map((point) => Object.assign(point, { intervalMs: intervals.get(point.hostUid) ?? null }))
    for (const listener of listeners) {
      listener.tellPoints(told, id)
      listener.settle(nowMs, allowanceMs)
    }
  }

  #rowsOf(
    hosts: readonly KnownHost[],
    nowMs: number,
  ): readonly { readonly known: KnownHost; readonly told: LiveHost }[] {
    const rows = hosts.map((known) => {
      const ageMs = Math.max(0, nowMs - known.lastSeenMs)
      return { known, state: hostState(ageMs, known.intervalMs), ageMs }
    })
    const way = rows.some(({ state }) => state !== 'up') ? this.#options.way.latest : undefined
    return rows.map(({ known, state, ageMs }) => {
      const of = { uid: known.agentUid, state, ageMs, intervalMs: known.intervalMs ?? null }
      return { known, told: { uid: of.uid, state, ageMs, cause: causeOf(of, way) } }
    })
  }

  async #seriesOf(listeners: readonly LiveListener[]): Promise<KnownSeries> {
    const names = [...new Set(listeners.flatMap(({ interest }) => [...interest.metrics]))].toSorted()
    const key = names.join('\n')
    const nowMs = this.#options.clock.monotonic()
    const known = this.#series
    if (known?.key === key && nowMs - known.atMs < seriesFreshMs) return known
    const { store } = this.#options
    const metrics = [...(await findKnownMetrics(store, names)).values()]
    const picks = await findPicks(
      store,
      metrics.flatMap(({ series }) => Array.from(series.keys())),
    )
    this.#series = { key, atMs: nowMs, metrics, picks }
    return this.#series
  }
}

interface KnownSeries {
  readonly key: string
  readonly atMs: number
  readonly metrics: readonly DescribedMetric[]
  readonly picks: readonly LayoutPicks[]
}

function wantedHosts(hosts: readonly KnownHost[], listeners: readonly LiveListener[]): readonly KnownHost[] {
  const asking = listeners.filter(({ interest }) => interest.metrics.size > 0)
  if (asking.some(({ interest }) => interest.hostUids === undefined)) return hosts
  return hosts.filter(({ agentUid }) => asking.some(({ interest }) => interest.hostUids?.has(agentUid) === true))
}
