import { increases, type Increase } from '../../metric/increase.ts'
import { silenceAfter, usualSpacing } from '../gap-rule.ts'
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
  /** Where what is asked of it begins; absent: where the range does. */
  readonly fromMs?: number
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

/** By how much a counter is known to have grown in a while from `timeMs` on, and how long that took. */
export interface KnownGrowth {
  readonly timeMs: number
  readonly amount: number
  readonly ms: number
}

/**
 * The same in steps, where each increase belongs to the step of its end, and a known growth to that of its begin. A step's
 * rate is what the counter grew by in it, by the time that this took; one in which nothing is known is null.
 */
export function counterSteps(
  histories: readonly CounterHistory[],
  form: CounterForm,
  grid: Grid,
  growths: readonly KnownGrowth[] = [],
): readonly Point[] {
  const steps = new Map<number, { amount: number; ms: number }>()
  const add = ({ timeMs, amount, ms }: KnownGrowth): void => {
    const begin = Math.floor(timeMs / grid.stepMs) * grid.stepMs
    const step = steps.get(begin) ?? { amount: 0, ms: 0 }
    steps.set(begin, step)
    step.amount += amount
    step.ms += ms
  }
  for (const history of histories) {
    for (const { increase, silenceMs, isFirst } of judged(history)) {
      const { fromMs, toMs, amount } = increase
      const isUnknown = form === 'rate' && (silenceMs !== undefined || isFirst)
      if (!isUnknown && !isBefore(history.fromMs ?? grid.fromMs, increase, isFirst)) {
        add({ timeMs: toMs, amount, ms: toMs - fromMs })
      }
    }
  }
  for (const growth of growths) add(growth)
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
