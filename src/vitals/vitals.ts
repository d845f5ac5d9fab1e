import type { HistogramSample, NumberSample, Sample, Series } from '../metric/sample.ts'
import type { Emit, EventName, Events } from '../runtime/events.ts'
import { Distribution } from './distribution.ts'
import { type Source, type Vital, vitalsOf, vitalTable, type VitalName, type VitalPart } from './vital-table.ts'

const histogramsEveryMs = 60_000

/** What waits in a spool. */
export interface SpoolReading {
  readonly records: number
  readonly bytes: number
  /** Time of the oldest record that waits, Unix milliseconds; absent where none does, or none tells a time. */
  readonly oldestMs?: number
}

/** Asked when somebody looks; one that rejects is left out. */
export interface LiveReadings {
  readonly spool?: () => Promise<SpoolReading>
  /** Records of each of our partitions that are not stored yet. */
  readonly lags?: () => Promise<ReadonlyMap<number, number>>
}

/** One number of a vital now. */
export interface VitalValue {
  readonly value: number
  readonly attributes: Readonly<Record<string, string | number>>
}

/** What a role knows of itself: counted from its events since its start, and read live when somebody looks. */
export class Vitals {
  /** Since when it counts, Unix milliseconds. */
  readonly startedAtMs: number
  readonly parts: readonly VitalPart[]
  readonly #rows: readonly Vital[]
  readonly #totals = new Map<VitalName, number>()
  readonly #distributions: ReadonlyMap<VitalName, Distribution>
  #live: LiveReadings = {}
  /** When the histograms were last taken; absent before the first time that they held something. */
  #takenAtMs: number | undefined

  constructor(options: { readonly startedAtMs: number; readonly parts: readonly VitalPart[] }) {
    this.startedAtMs = options.startedAtMs
    this.parts = options.parts
    this.#rows = vitalsOf(options.parts)
    const histograms = vitalTable.filter(({ kind }) => kind === 'histogram')
    this.#distributions = new Map(histograms.map(({ name }) => [name, new Distribution()]))
  }

  /** Counts an event. */
  readonly observe: Emit = (name, data) => {
    for (const row of this.#rows) {
      const amount = amountOf(row.from, name, data)
      if (amount === undefined) continue
      const distribution = this.#distributions.get(row.name)
      if (distribution === undefined) this.#totals.set(row.name, (this.#totals.get(row.name) ?? 0) + amount)
      else distribution.record(Math.max(0, amount))
    }
  }

  /** Records how old a record was when its row was committed; a clock that runs ahead makes it 0. */
  readonly observeLatency = (seconds: number): void => {
    this.#distributions.get('hostvitals.ingest.latency')?.record(Math.max(0, seconds))
  }

  /** Says where live readings come from; a later one of a kind goes before an earlier. */
  watch(readings: LiveReadings): void {
    this.#live = { ...this.#live, ...readings }
  }

  /** The vitals of this role, for a reader that wants all of them. */
  get rows(): readonly Vital[] {
    return this.#rows
  }

  /** A counter's total since the start. */
  total(name: VitalName): number {
    return this.#totals.get(name) ?? 0
  }

  /** A histogram since the start; undefined for another kind. */
  distribution(name: VitalName): Distribution | undefined {
    return this.#distributions.get(name)
  }

  /** The gauges now. What cannot be read is absent. */
  async gauges(nowMs: number): Promise<ReadonlyMap<VitalName, readonly VitalValue[]>> {
    const gauges = new Map<VitalName, readonly VitalValue[]>()
    const spool = this.parts.includes('agent') ? await settled(this.#live.spool) : undefined
    if (spool !== undefined) {
      const age = spool.oldestMs === undefined ? 0 : Math.max(0, nowMs - spool.oldestMs) / 1000
      gauges.set('hostvitals.spool.records', [{ value: spool.records, attributes: {} }])
      gauges.set('hostvitals.spool.bytes', [{ value: spool.bytes, attributes: {} }])
      gauges.set('hostvitals.spool.oldest_age', [{ value: age, attributes: {} }])
    }
    const lags = this.parts.includes('ingest') ? await settled(this.#live.lags) : undefined
    if (lags !== undefined) {
      const values = Array.from(lags, ([partition, value]) => ({ value, attributes: { partition } }))
      gauges.set('hostvitals.ingest.lag', values)
    }
    return gauges
  }

  /**
   * The vitals that travel, as samples of this moment. Histograms, which cost a record of their own, come with the first
   * call that has any and then once a minute, with what came since.
   */
  async take(nowMs: number): Promise<readonly Sample[]> {
    const gauges = await this.gauges(nowMs)
    const histograms = this.#takeHistograms(nowMs)
    const numbers = this.#rows
      .filter(({ isStored }) => isStored)
      .flatMap((row): readonly NumberSample[] => {
        if (row.kind === 'counter')
          return [{ series: seriesOf(row), value: this.total(row.name), startTimeMs: this.startedAtMs }]
        const values = gauges.get(row.name) ?? []
        return values.map(({ value, attributes }) => ({ series: seriesOf(row, attributes), value }))
      })
    return [...numbers, ...histograms]
  }

  #takeHistograms(nowMs: number): readonly HistogramSample[] {
    const takenAtMs = this.#takenAtMs
    // A clock that was set back must not silence them.
    if (takenAtMs !== undefined && Math.abs(nowMs - takenAtMs) < histogramsEveryMs) return []
    const startTimeMs = Math.min(takenAtMs ?? this.startedAtMs, nowMs)
    const taken = this.#rows.flatMap((row): readonly HistogramSample[] => {
      const histogram = row.isStored ? this.#distributions.get(row.name)?.take() : undefined
      return histogram === undefined ? [] : [{ series: seriesOf(row), histogram, startTimeMs }]
    })
    if (taken.length > 0) this.#takenAtMs = nowMs
    return taken
  }
}

/** What tells an event to several readers, in this order. */
export function tellAll(...readers: readonly Emit[]): Emit {
  return (name, data) => {
    for (const read of readers) read(name, data)
  }
}

function amountOf<Name extends EventName>(
  from: Source | undefined,
  name: Name,
  data: Events[Name],
): number | undefined {
  return from?.[name]?.(data)
}

function seriesOf(row: Vital, attributes: VitalValue['attributes'] = {}): Series {
  const { name, unit, kind, description } = row
  return { name, unit, kind, description, attributes, ...(unit === 's' ? {} : { integer: true }) }
}

/** Undefined where it cannot be read now: left out, never a zero. */
async function settled<T>(read: (() => Promise<T>) | undefined): Promise<T | undefined> {
  try {
    return await read?.()
  } catch {
    // Whoever owns the reading tells its failure by an event of its own.
    return undefined
  }
}
