import { mergeHistograms } from '../metric/merge-histograms.ts'
import {
  isHistogramSample,
  type HistogramSample,
  type NumberSample,
  type Sample,
  type Series,
} from '../metric/sample.ts'

/** Members of a counter whose totals are kept; it is for a few that come and go. */
const mostMembers = 2000

/** What a member of a counter said last, and in which round. */
interface Member {
  readonly value: number
  readonly startTimeMs: number | undefined
  readonly round: number
}

/**
 * Several series of one metric as one. Counters and up-down counters are added up, histograms merged; of gauges the last
 * one counts. A counter whose members go away never falls: it keeps what they had counted, and one that comes back adds what
 * it grew by meanwhile.
 */
export class OverflowSeries {
  readonly #series: Series
  #samples: Sample[] = []
  /** Of counters: what they counted together, and since when. */
  #total = 0
  #startTimeMs = Number.POSITIVE_INFINITY
  /** The members that are remembered, the one that was not seen for longest first. */
  readonly #members = new Map<string, Member>()
  /** What those for which there was no place said together in the former round. */
  #formerRest = 0
  #round = 0

  constructor(series: Series) {
    this.#series = series
  }

  /** A sample of this round that has no series of its own. */
  add(sample: Sample): void {
    this.#samples.push(sample)
  }

  /** What this round's samples are together; none where there were none. */
  take(): readonly Sample[] {
    const samples = this.#samples
    this.#samples = []
    const numbers = samples.filter((sample): sample is NumberSample => !isHistogramSample(sample))
    if (numbers.length > 0) return [this.#number(numbers)]
    const histograms = samples.filter(isHistogramSample)
    return histograms.length > 0 ? this.#histogram(histograms) : []
  }

  #number(samples: readonly NumberSample[]): NumberSample {
    const series = this.#series
    if (series.kind === 'gauge') return { series, value: samples.at(-1)?.value ?? 0 }
    const sum = samples.reduce((all, { value }) => all + value, 0)
    if (series.kind !== 'counter') return { series, value: sum }
    this.#total += this.#growth(samples)
    const startMs = earliest(samples)
    if (startMs === undefined) return { series, value: this.#total }
    // A later start would say that all of them began anew.
    this.#startTimeMs = Math.min(this.#startTimeMs, startMs)
    return { series, value: this.#total, startTimeMs: this.#startTimeMs }
  }

  #growth(samples: readonly NumberSample[]): number {
    this.#round++
    let growth = 0
    let unknown = 0
    let rest = 0
    for (const { series, value, startTimeMs } of samples) {
      const key = JSON.stringify(series.attributes)
      const former = this.#members.get(key)
      if (former === undefined) {
        unknown += value
        if (!this.#hasPlace()) {
          rest += value
          continue
        }
      } else growth += growthOf(value, startTimeMs, former)
      // Put at the end: the order is that of being seen.
      this.#members.delete(key)
      this.#members.set(key, { value, startTimeMs, round: this.#round })
    }
    growth += Math.max(0, unknown - this.#formerRest)
    this.#formerRest = rest
    return growth
  }

  /** Where there is none, a member that was not there in the former round gives its own. */
  #hasPlace(): boolean {
    if (this.#members.size < mostMembers) return true
    const [oldest] = this.#members
    if (oldest === undefined || oldest[1].round >= this.#round - 1) return false
    return this.#members.delete(oldest[0])
  }

  #histogram(samples: readonly HistogramSample[]): readonly HistogramSample[] {
    const histogram = mergeHistograms(samples.map((sample) => sample.histogram))
    const startTimeMs = earliest(samples)
    return histogram === undefined || startTimeMs === undefined
      ? []
      : [{ series: this.#series, histogram, startTimeMs }]
  }
}

function growthOf(value: number, startTimeMs: number | undefined, former: Member): number {
  const isAnew =
    value < former.value ||
    (startTimeMs !== undefined && former.startTimeMs !== undefined && startTimeMs > former.startTimeMs)
  return isAnew ? Math.max(0, value) : value - former.value
}

/** Undefined where one of them does not tell. */
function earliest(samples: readonly { readonly startTimeMs?: number }[]): number | undefined {
  return samples
    .map(({ startTimeMs }) => startTimeMs)
    .reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.min(a, b)))
}
