import { sql } from 'kysely'
import { inChunks } from '../../store/insert-missing.ts'
import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from './hosts.ts'
import { type LayoutPicks, pickedOf } from '../picks.ts'

/** What one series of one host read at the begin of each step; NaN where nothing was read. */
export interface SampledSeries {
  readonly hostId: number
  readonly seriesId: number
  /** Of each step the first reading, and when. */
  readonly times: readonly number[]
  readonly values: readonly number[]
  /** The newest two readings: what a counter's rate now is made of. */
  readonly newest: readonly { readonly timeMs: number; readonly value: number }[]
}

/** How many steps a sparkline has. */
export const sparkSteps = 20
/** How much time they show. */
export const sparkMs = 3_600_000

const stepMs = sparkMs / sparkSteps
const nothing: readonly number[] = Array.from({ length: sparkSteps }, () => Number.NaN)
const usualIntervalMs = 60_000
/** Wide enough that two readings lie in it, also where they are some seconds on their way. */
const leastNewestMs = 30_000
/** So many hosts that are silent are looked at one by one. */
const mostSilent = 300
/** Of so many hosts the rows are found by their ids; of more by time alone, and those of others are passed over. */
const mostNamed = 200
/** `last_seen` is told to the second, and every ten seconds at most. */
const toldEveryMs = 15_000

/**
 * The last hour of all hosts in one pass that reads a few rows of each host and no more: those at the begin of each step
 * and the newest. A counter's rate over a step is exact by it; of a gauge it is a sample.
 */
export async function sampleHosts(
  store: MetricStore,
  question: { readonly hosts: readonly KnownHost[]; readonly picks: readonly LayoutPicks[]; readonly nowMs: number },
): Promise<readonly SampledSeries[]> {
  const { hosts, picks, nowMs } = question
  const endMs = Math.ceil(nowMs / stepMs) * stepMs
  const beginMs = endMs - sparkMs
  const found = new SampledHosts(picks, beginMs)
  // Hosts that measure once a minute need wider windows than those that measure every second.
  const groups = Map.groupBy(hosts, ({ intervalMs = usualIntervalMs }) => 2 ** Math.ceil(Math.log2(intervalMs)))
  for (const group of picks.length === 0 ? [] : groups.values()) {
    const longestMs = group.reduce((most, { intervalMs = usualIntervalMs }) => Math.max(most, intervalMs), 0)
    // A round may be a little late.
    const windowMs = Math.min(stepMs, 1.1 * longestMs)
    const windows = Array.from({ length: sparkSteps }, (_, step) => beginMs + step * stepMs).map((at): Window => ({
      fromMs: at,
      toMs: at + windowMs,
    }))
    const newestMs = Math.min(sparkMs, Math.max(leastNewestMs, 3 * longestMs))
    windows.push({ fromMs: nowMs - newestMs, toMs: nowMs + stepMs })
    const ofGroup = new Set(group.map(({ hostId }) => hostId))
    const isNamed = ofGroup.size <= mostNamed || groups.size > 1
    const rows = await readWindows(store, { windows, picks, hostIds: isNamed ? [...ofGroup] : undefined })
    for (const row of rows) if (ofGroup.has(row.hostId)) found.see(row)
  }
  // What was last known of a host stays in sight.
  const silent = hosts.filter(({ lastSeenMs }) => lastSeenMs < nowMs - leastNewestMs).slice(0, mostSilent)
  for (const chunk of picks.length === 0 ? [] : inChunks(silent, 100)) {
    const windows = chunk.map(({ hostId, lastSeenMs, intervalMs = usualIntervalMs }): Window => {
      return { hostId, fromMs: lastSeenMs - 2 * intervalMs, toMs: lastSeenMs + toldEveryMs }
    })
    for (const row of await readWindows(store, { windows, picks, hostIds: undefined })) found.see(row)
  }
  return found.all
}

/** What was seen of each host, as rows come in any order. */
class SampledHosts {
  readonly #byLayout: ReadonlyMap<number, readonly number[]>
  readonly #beginMs: number
  readonly #found = new Map<number, Map<number, Sampled>>()

  constructor(picks: readonly LayoutPicks[], beginMs: number) {
    this.#byLayout = new Map(picks.map(({ layoutId, seriesIds }) => [layoutId, seriesIds]))
    this.#beginMs = beginMs
  }

  get all(): readonly SampledSeries[] {
    return Array.from(this.#found.values(), (ofHost) => Array.from(ofHost.values())).flat()
  }

  see({ hostId, layoutId, timeMs, values }: WindowRow): void {
    const seriesIds = this.#byLayout.get(layoutId) ?? []
    const step = Math.floor((timeMs - this.#beginMs) / stepMs)
    let ofHost = this.#found.get(hostId)
    if (ofHost === undefined) this.#found.set(hostId, (ofHost = new Map()))
    for (let index = 0; index < seriesIds.length; index++) {
      const seriesId = seriesIds[index]
      const value = values[index]
      if (seriesId === undefined || value === undefined || Number.isNaN(value)) continue
      let sampled = ofHost.get(seriesId)
      if (sampled === undefined) ofHost.set(seriesId, (sampled = new Sampled(hostId, seriesId)))
      sampled.see(step, timeMs, value)
    }
  }
}

class Sampled implements SampledSeries {
  readonly hostId: number
  readonly seriesId: number
  readonly times: number[] = Array.from(nothing)
  readonly values: number[] = Array.from(nothing)
  #lastMs = Number.NaN
  #last = Number.NaN
  #formerMs = Number.NaN
  #former = Number.NaN

  constructor(hostId: number, seriesId: number) {
    this.hostId = hostId
    this.seriesId = seriesId
  }

  get newest(): SampledSeries['newest'] {
    return [
      { timeMs: this.#formerMs, value: this.#former },
      { timeMs: this.#lastMs, value: this.#last },
    ].filter(({ timeMs }) => !Number.isNaN(timeMs))
  }

  see(step: number, timeMs: number, value: number): void {
    const known = this.times[step]
    if (known !== undefined && !(known <= timeMs)) {
      this.times[step] = timeMs
      this.values[step] = value
    }
    if (!(timeMs <= this.#lastMs)) {
      this.#formerMs = this.#lastMs
      this.#former = this.#last
      this.#lastMs = timeMs
      this.#last = value
    } else if (timeMs < this.#lastMs && !(timeMs <= this.#formerMs)) {
      this.#formerMs = timeMs
      this.#former = value
    }
  }
}

/** A span of time, of one host or of all that are asked for. */
interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly hostId?: number
}

interface WindowRow {
  readonly hostId: number
  readonly layoutId: number
  readonly timeMs: number
  readonly values: readonly number[]
}

async function readWindows(
  { codec, database }: MetricStore,
  question: {
    readonly windows: readonly Window[]
    readonly picks: readonly LayoutPicks[]
    readonly hostIds: readonly number[] | undefined
  },
): Promise<readonly WindowRow[]> {
  const { windows, picks, hostIds } = question
  let query = database
    .selectFrom('scrape')
    .select(['host_id', 'layout_id', 'time'])
    .select(pickedOf(codec, 'readings', picks).as('picked'))
    .where((eb) =>
      eb.or(
        windows.map(({ fromMs, toMs, hostId }) =>
          eb.and([
            eb('time', '>=', codec.time(fromMs)),
            eb('time', '<', codec.time(toMs)),
            ...(hostId === undefined ? [] : [eb('host_id', '=', hostId)]),
          ]),
        ),
      ),
    )
    .where(sql<boolean>`layout_id in (${sql.join(picks.map(({ layoutId }) => sql.lit(layoutId)))})`)
  if (hostIds !== undefined) query = query.where('host_id', 'in', hostIds)
  const rows = await query.execute()
  return rows.map((row) => ({
    hostId: row.host_id,
    layoutId: row.layout_id,
    timeMs: codec.timeMs(row.time),
    values: codec.numbersValue(row.picked),
  }))
}
