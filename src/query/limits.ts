import { LimitError } from './asked-errors.ts'
import { formatDuration } from '../runtime/duration.ts'
import { UsageError } from '../runtime/errors.ts'

const yearMs = 365 * 86_400_000

/** What one question may ask for. Beyond it the answer says which limit, and what to ask instead. */
export const limits: {
  readonly rangeMs: number
  readonly points: number
  readonly metrics: number
  readonly series: number
  readonly lines: number
  readonly shownLines: number
  readonly rows: number
  readonly timingRows: number
  readonly events: number
} = {
  rangeMs: 10 * yearMs,
  points: 2000,
  /** Metrics of one question. */
  metrics: 50,
  /** Series of one metric, whatever the host. */
  series: 20_000,
  /** Lines of one chart before the least are left out. */
  lines: 5000,
  /** Lines that a chart shows. */
  shownLines: 50,
  /** Rows that are read for one question. */
  rows: 1_000_000,
  /** Rows of timers and histograms, which are larger. */
  timingRows: 200_000,
  events: 1000,
}

/** Throws UsageError where a range is none, LimitError where it is too long. */
export function checkRange(fromMs: number, toMs: number): void {
  if (!(fromMs < toMs)) {
    throw new UsageError('the range ends before it begins', { nextStep: 'give a `from` that is before `to`' })
  }
  if (toMs - fromMs > limits.rangeMs) {
    throw new LimitError(`the range is longer than ten years (${formatDuration(limits.rangeMs)})`, {
      nextStep: 'ask for ten years or less, such as from=now-2y',
    })
  }
}

/** Throws LimitError saying what there is too much of. */
export function checkCount(what: string, count: number, most: number, nextStep: string): void {
  if (count > most) throw new LimitError(`${what}: more than ${most}`, { nextStep })
}
