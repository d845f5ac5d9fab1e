import { type CounterReading, increaseTo } from '../../metric/increase.ts'
import { silenceAfter, usualSpacing } from '../gap-rule.ts'
import { LimitError } from '../asked-errors.ts'
import type { PackedRow } from '../packed-rows.ts'
import type { LayoutPicks } from '../picks.ts'
import { limits } from '../limits.ts'
import type { StepGrid } from './step-grid.ts'
import { StepLine, type Summed } from './step-line.ts'

/** One series of one host. */
export interface NumberLine {
  readonly hostId: number
  readonly seriesId: number
  readonly steps: StepLine
}

interface Growing extends NumberLine {
  readonly isCounter: boolean
  readonly hostIntervalMs: number
  spacingMs: number | undefined
  last: CounterReading | undefined
  /** When a counter began anew, rising. */
  readonly startsMs: readonly number[]
  readonly times: number[]
  readonly values: number[]
}

/** What the lines are made by. */
export interface NumberLinesOptions {
  readonly grid: StepGrid
  readonly isCounter: (seriesId: number) => boolean
  /** How often a host measures, milliseconds. */
  readonly intervalOf: (hostId: number) => number
  /** When a counter of a host began anew, rising, Unix milliseconds. */
  readonly startsOf: (hostId: number, seriesId: number) => readonly number[]
}

/**
 * Makes lines of packed rows that come slice by slice. A counter is its rate a second between two readings; the first
 * reading and a silence of more than three intervals are gaps, which nothing joins and nothing makes zero.
 */
export class NumberLines {
  readonly #options: NumberLinesOptions
  readonly #lines = new Map<number, Map<number, Growing>>()
  #count = 0

  constructor(options: NumberLinesOptions) {
    this.#options = options
  }

  /** All lines that have had a reading. */
  get lines(): readonly NumberLine[] {
    return Array.from(this.#lines.values(), (ofHost) => Array.from(ofHost.values())).flat()
  }

  /** Adds readings; those of one host must come in the order of time. Throws LimitError for too many lines. */
  add(rows: readonly PackedRow[], picks: ReadonlyMap<number, LayoutPicks>): void {
    const touched = new Set<Growing>()
    for (const { hostId, layoutId, timeMs, values } of rows) {
      for (const [index, seriesId] of (picks.get(layoutId)?.seriesIds ?? []).entries()) {
        const value = values[index]
        if (value === undefined || Number.isNaN(value)) continue
        const line = this.#lineOf(hostId, seriesId)
        line.times.push(timeMs)
        line.values.push(value)
        touched.add(line)
      }
    }
    for (const line of touched) settle(line)
  }

  /** Adds a bucket of a coarser tier. */
  addSummed(hostId: number, seriesId: number, timeMs: number, summed: Summed): void {
    this.#lineOf(hostId, seriesId).steps.addSummed(timeMs, summed)
  }

  #lineOf(hostId: number, seriesId: number): Growing {
    const ofHost = this.#lines.get(hostId) ?? new Map<number, Growing>()
    if (ofHost.size === 0) this.#lines.set(hostId, ofHost)
    const known = ofHost.get(seriesId)
    if (known !== undefined) return known
    if (++this.#count > limits.lines) {
      throw new LimitError(`the answer would have more than ${limits.lines} lines`, {
        nextStep: 'name hosts (host=UID), or one attribute (attr=KEY=VALUE)',
      })
    }
    const { grid, isCounter, intervalOf, startsOf } = this.#options
    const line: Growing = {
      hostId,
      seriesId,
      steps: new StepLine(grid),
      isCounter: isCounter(seriesId),
      hostIntervalMs: intervalOf(hostId),
      spacingMs: undefined,
      last: undefined,
      startsMs: startsOf(hostId, seriesId),
      times: [],
      values: [],
    }
    ofHost.set(seriesId, line)
    return line
  }
}

/** Moves what a slice brought into the steps. */
function settle(line: Growing): void {
  const { steps, times, values, isCounter, startsMs } = line
  const readings = times.map((timeMs, index) => ({ timeMs, total: values[index] ?? Number.NaN }))
  const spaced = line.last === undefined ? readings : [line.last, ...readings]
  line.spacingMs =
    spaced.length > 3 ? usualSpacing(spaced, line.hostIntervalMs) : (line.spacingMs ?? line.hostIntervalMs)
  for (const reading of readings) {
    const { last } = line
    const { timeMs, total } = reading
    const isJoined = last !== undefined && silenceAfter(last.timeMs, timeMs, line.spacingMs) === undefined
    if (isCounter) {
      const startMs = startsMs.findLast((each) => each < timeMs)
      const increase = isJoined ? increaseTo(reading, last, startMs) : undefined
      if (increase !== undefined) {
        steps.addSpan(increase.fromMs, timeMs, (increase.amount * 1000) / (timeMs - increase.fromMs))
      }
    } else {
      if (isJoined) steps.hold(last.timeMs, timeMs, last.total)
      steps.add(timeMs, total)
    }
    // Of two readings at one time, as two runs of a cloned host may send them, the first counts.
    if (last === undefined || timeMs > last.timeMs) line.last = reading
  }
  times.length = 0
  values.length = 0
}
