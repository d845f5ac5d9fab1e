import { sql } from 'kysely'
import { inChunks } from '../store/insert-missing.ts'
import type { MetricStore } from '../store/store.ts'
import type { KnownHost } from './hosts.ts'
import { type LayoutPicks, pickedOf } from './picks.ts'

/** What one series of one host read at the begin of each step; NaN where nothing was read. */
export interface SampledSeries {
  readonly hostId: number
  readonly seriesId: number
  /** Of each step the first reading, and when. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** The newest two readings: what a counter's rate now is made of. */
  readonly newest: readonly { readonly timeMs: number; readonly value: number }[]
}

/** How many steps a sparkline has. */
export const sparkSteps = 20
/** How much time they show. */
export const sparkMs = 3_600_000

const stepMs = sparkMs / sparkSteps
const usualIntervalMs = 60_000
/** Wide enough that two readings lie in it, also where they are some seconds on their way. */
const leastNewestMs = 30_000
/** So many hosts that are silent are looked at one by one. */
const mostSilent = 300
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
  const found = new Map<number, Map<number, Sampled>>()
  const byLayout = new Map(picks.map((each) => [each.layoutId, each]))
  const see = (rows: readonly WindowRow[]): void => {
    for (const row of rows) {
      for (const [index, seriesId] of (byLayout.get(row.layoutId)?.seriesIds ?? []).entries()) {
        const value = row.values[index] ?? Number.NaN
        if (!Number.isNaN(value)) sampledOf(found, row.hostId, seriesId).see(row.timeMs, value, beginMs)
      }
    }
  }
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
    const rows = await readWindows(store, { windows, picks, hostIds: groups.size === 1 ? undefined : [...ofGroup] })
    see(rows.filter(({ hostId }) => ofGroup.has(hostId)))
  }
  // What was last known of a host stays in sight.
  const silent = hosts.filter(({ lastSeenMs }) => lastSeenMs < nowMs - leastNewestMs).slice(0, mostSilent)
  for (const chunk of picks.length === 0 ? [] : inChunks(silent, 100)) {
    const windows = chunk.map(({ hostId, lastSeenMs, intervalMs = usualIntervalMs }): Window => {
      return { hostId, fromMs: lastSeenMs - 2 * intervalMs, toMs: lastSeenMs + toldEveryMs }
    })
    see(await readWindows(store, { windows, picks, hostIds: undefined }))
  }
  return Array.from(found.values(), (ofHost) => Array.from(ofHost.values())).flat()
}

function sampledOf(found: Map<number, Map<number, Sampled>>, hostId: number, seriesId: number): Sampled {
  const ofHost = found.get(hostId) ?? new Map<number, Sampled>()
  if (ofHost.size === 0) found.set(hostId, ofHost)
  const sampled = ofHost.get(seriesId) ?? new Sampled(hostId, seriesId)
  ofHost.set(seriesId, sampled)
  return sampled
}

interface Newest {
  readonly timeMs: number
  readonly value: number
}

class Sampled implements SampledSeries {
  readonly hostId: number
  readonly seriesId: number
  readonly times = new Float64Array(sparkSteps).fill(Number.NaN)
  readonly values = new Float64Array(sparkSteps).fill(Number.NaN)
  #lastTwo: readonly [Newest | undefined, Newest | undefined] = [undefined, undefined]

  constructor(hostId: number, seriesId: number) {
    this.hostId = hostId
    this.seriesId = seriesId
  }

  get newest(): readonly Newest[] {
    return this.#lastTwo.filter((each) => each !== undefined)
  }

  see(timeMs: number, value: number, beginMs: number): void {
    const step = Math.floor((timeMs - beginMs) / stepMs)
    const known = this.times[step]
    if (known !== undefined && !(known <= timeMs)) {
      this.times[step] = timeMs
      this.values[step] = value
    }
    const [former, last] = this.#lastTwo
    if (last === undefined || timeMs > last.timeMs) this.#lastTwo = [last, { timeMs, value }]
    else if (timeMs < last.timeMs && (former === undefined || timeMs > former.timeMs)) {
      this.#lastTwo = [{ timeMs, value }, last]
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
  readonly values: Float64Array
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
