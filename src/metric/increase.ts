/** What a counter said at one time. */
export interface CounterReading {
  readonly timeMs: number
  readonly total: number
}

/** By how much a counter grew from one reading to the next, in `(fromMs, toMs]`. */
export interface Increase {
  /** Of the former reading; of a counter that began in between and has no former one, its start. */
  readonly fromMs: number
  readonly toMs: number
  /** Never negative. */
  readonly amount: number
  /** The counter began anew in between: what it counted after the former reading and before that is not known. */
  readonly isReset: boolean
}

/**
 * By how much a counter grew up to this reading. `startMs` is the latest start that is known before it, Unix milliseconds.
 * A start after the former reading is a reset, and so is a total that fell: all of the new total is then growth. Without a
 * former reading only a counter that began in the range that was looked at is known to have grown. Undefined where nothing
 * is known: the first reading of all, or a second one of the same time.
 */
export function increaseTo(
  reading: CounterReading,
  former: CounterReading | undefined,
  startMs: number | undefined,
): Increase | undefined {
  const { timeMs: toMs, total } = reading
  if (former === undefined) {
    if (startMs === undefined || startMs >= toMs) return undefined
    return { fromMs: startMs, toMs, amount: Math.max(0, total), isReset: true }
  }
  const { timeMs: fromMs } = former
  if (toMs <= fromMs) return undefined
  // OTLP's start at the reading's own time says that nobody knows the true one.
  const isNewStart = startMs !== undefined && startMs > fromMs && startMs < toMs
  const isReset = isNewStart || total < former.total
  return { fromMs, toMs, amount: isReset ? Math.max(0, total) : total - former.total, isReset }
}

/**
 * The growth of one counter over its readings, which are in the order of time. `startsMs` are the starts that it told after
 * `sinceMs`, in any order; `sinceMs` is the begin of the range that all its readings are known of. The amounts of adjoining
 * ranges add up to that of the whole: the last reading of one is the former reading of the next.
 */
export function increases(
  readings: readonly CounterReading[],
  startsMs: readonly number[] = [],
  sinceMs: number = Number.NEGATIVE_INFINITY,
): readonly Increase[] {
  const starts = startsMs.filter((startMs) => startMs > sinceMs).sort((a, b) => a - b)
  const found: Increase[] = []
  let former: CounterReading | undefined
  let next = 0
  for (const reading of readings) {
    while ((starts[next] ?? Number.POSITIVE_INFINITY) < reading.timeMs) next++
    const increase = increaseTo(reading, former, starts[next - 1])
    if (increase !== undefined) found.push(increase)
    // Of two readings at one time, as two runs of a cloned host may send them, the first counts.
    if (former === undefined || reading.timeMs > former.timeMs) former = reading
  }
  return found
}
