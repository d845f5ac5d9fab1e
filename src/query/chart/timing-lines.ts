import { LimitError } from '../asked-errors.ts'
import type { ExponentialHistogram } from '../../metric/sample.ts'
import { percentile } from '../../metric/percentile.ts'
import { limits } from '../limits.ts'
import { mergeHistograms } from '../../metric/merge-histograms.ts'
import type { StepGrid } from './step-grid.ts'
import { StepLine } from './step-line.ts'

/** What a line of a timer shows. */
export const timingStatistics = ['p50', 'p95', 'p99', 'rate'] as const

/** One of them. */
export type TimingStatistic = (typeof timingStatistics)[number]

/** One interval, or one bucket of a tier, of a timer or histogram. */
export interface TimingRow {
  readonly hostId: number
  readonly seriesId: number
  readonly timeMs: number
  readonly durationMs: number
  readonly histogram: ExponentialHistogram
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** A timer's numbers in the steps of a chart. */
export interface TimingLine {
  readonly average: readonly (number | null)[]
  readonly min: readonly (number | null)[]
  readonly max: readonly (number | null)[]
}

/** One timer of one host: its intervals, merged step by step. */
export class TimingSeries {
  readonly hostId: number
  readonly seriesId: number
  readonly #grid: StepGrid
  readonly #steps = new Map<number, ExponentialHistogram[]>()
  readonly #rows: Readonly<Record<TimingStatistic, StepLine>>

  constructor(hostId: number, seriesId: number, grid: StepGrid) {
    this.hostId = hostId
    this.seriesId = seriesId
    this.#grid = grid
    this.#rows = {
      p50: new StepLine(grid),
      p95: new StepLine(grid),
      p99: new StepLine(grid),
      rate: new StepLine(grid),
    }
  }

  add(row: TimingRow): void {
    const step = Math.floor((row.timeMs - this.#grid.fromMs) / this.#grid.stepMs)
    const former = this.#steps.get(step)
    if (former === undefined) this.#steps.set(step, [row.histogram])
    else former.push(row.histogram)
    for (const statistic of ['p50', 'p95', 'p99'] as const) {
      const value = row[statistic]
      if (value !== null) this.#rows[statistic].add(row.timeMs, value)
    }
    const { count } = row.histogram
    const rate = row.durationMs > 0 ? (count * 1000) / row.durationMs : undefined
    if (rate !== undefined) {
      // Weighed by time: the rate of a step is what was counted in it by how long that took.
      const weight = row.durationMs
      this.#rows.rate.addSummed(row.timeMs, { sum: count * 1000, weight, min: rate, max: rate })
    }
  }

  /** For each step the histogram of all that was observed in it. */
  get merged(): readonly (ExponentialHistogram | undefined)[] {
    return Array.from({ length: this.#grid.count }, (_, step) => mergeHistograms(this.#steps.get(step) ?? []))
  }

  /** Percentiles are those of the merged step, never means of percentiles; least and most are the single intervals'. */
  lineOf(statistic: TimingStatistic, merged: readonly (ExponentialHistogram | undefined)[]): TimingLine {
    const { average, min, max } = this.#rows[statistic]
    if (statistic === 'rate') return { average, min, max }
    const share = { p50: 0.5, p95: 0.95, p99: 0.99 }[statistic]
    return { average: merged.map((each) => (each && percentile(each, share)) ?? null), min, max }
  }
}

/** All timers of a chart. */
export class TimingLines {
  readonly #grid: StepGrid
  readonly #series = new Map<string, TimingSeries>()

  constructor(grid: StepGrid) {
    this.#grid = grid
  }

  get series(): readonly TimingSeries[] {
    return [...this.#series.values()]
  }

  /** Throws LimitError for too many. */
  add(row: TimingRow): void {
    const key = `${row.hostId}/${row.seriesId}`
    let series = this.#series.get(key)
    if (series === undefined) {
      if (this.#series.size >= limits.lines) {
        throw new LimitError(`the answer would have more than ${limits.lines} timers`, {
          nextStep: 'name hosts (host=UID), or one attribute (attr=KEY=VALUE)',
        })
      }
      series = new TimingSeries(row.hostId, row.seriesId, this.#grid)
      this.#series.set(key, series)
    }
    series.add(row)
  }
}
