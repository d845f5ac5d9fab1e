import { increases, type Increase } from '../metric/increase.ts'
import { silenceAfter, usualSpacing } from './gap-rule.ts'
import { stepsOf, type Grid, type Point } from './points.ts'

/** How a counter is told: as its rate a second, or by how much it grew. */
export type CounterForm = 'rate' | 'increase'

/** What is known of one counter. */
export interface CounterHistory {
  /** Its totals, in the order of time, from before the range on. */
  readonly totals: readonly Point[]
  readonly startsMs: readonly number[]
  /** From when on the totals are known. */
  readonly sinceMs: number
  /** How often its host measures, where it tells. */
  readonly intervalMs: number | undefined
}

/**
 * A counter's points: reset-aware and never negative. A rate is unknown over a silence, since nobody knows when in it the
 * counter grew; the increase over it is known and stands at its end. Both begin after a null there.
 */
export function counterPoints(history: CounterHistory, form: CounterForm, fromMs: number): readonly Point[] {
  const points: Point[] = []
  for (const { increase, silenceMs, isFirst } of judged(history)) {
    const { fromMs: begin, toMs: timeMs, amount } = increase
    if (isBefore(fromMs, increase, isFirst)) continue
    if (silenceMs !== undefined) points.push([Math.max(fromMs, silenceMs), null])
    if (form === 'increase') points.push([timeMs, amount])
    // Without a former reading there is no time to divide by.
    else if (!isFirst) points.push([timeMs, silenceMs !== undefined ? null : (amount * 1000) / (timeMs - begin)])
  }
  return points
}

/**
 * The same in steps, where each increase belongs to the step of its end. A step's rate is what the counter grew by in it, by
 * the time that this took; one in which nothing is known is null.
 */
export function counterSteps(history: CounterHistory, form: CounterForm, grid: Grid): readonly Point[] {
  const steps = new Map<number, { amount: number; ms: number }>()
  for (const { increase, silenceMs, isFirst } of judged(history)) {
    const { fromMs, toMs, amount } = increase
    if (isBefore(grid.fromMs, increase, isFirst) || (form === 'rate' && (silenceMs !== undefined || isFirst))) continue
    const begin = Math.floor(toMs / grid.stepMs) * grid.stepMs
    const step = steps.get(begin) ?? { amount: 0, ms: 0 }
    steps.set(begin, step)
    step.amount += amount
    step.ms += toMs - fromMs
  }
  return stepsOf(grid).map((at): Point => {
    const step = steps.get(at)
    if (step === undefined) return [at, null]
    return [at, form === 'increase' ? step.amount : (step.amount * 1000) / step.ms]
  })
}

/** What grew before the range; of a counter without a former reading nobody knows how much of it did. */
function isBefore(rangeMs: number, { fromMs, toMs }: Increase, isFirst: boolean): boolean {
  return toMs < rangeMs || (isFirst && fromMs < rangeMs)
}

interface JudgedIncrease {
  readonly increase: Increase
  /** When the next reading should have come, where it was missing for longer than three intervals. */
  readonly silenceMs: number | undefined
  /** There is no reading before it. */
  readonly isFirst: boolean
}

function judged({ totals, startsMs, sinceMs, intervalMs }: CounterHistory): readonly JudgedIncrease[] {
  const readings = totals.flatMap(([timeMs, total]) => (total === null ? [] : [{ timeMs, total }]))
  const spacing = usualSpacing(readings, intervalMs)
  const [first] = readings
  return increases(readings, startsMs, sinceMs).map((increase) => {
    const isFirst = increase.toMs === first?.timeMs
    return { increase, isFirst, silenceMs: isFirst ? undefined : silenceAfter(increase.fromMs, increase.toMs, spacing) }
  })
}
