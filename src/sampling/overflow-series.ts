import { mergeHistograms } from '../metric/merge-histograms.ts'
import {
  isHistogramSample,
  type HistogramSample,
  type NumberSample,
  type Sample,
  type Series,
} from '../metric/sample.ts'

/**
 * Several series of one metric as one. Counters and up-down counters are added up, histograms merged; of gauges the last
 * one counts. A counter whose members go away never falls: it keeps what they had counted.
 */
export class OverflowSeries {
  readonly #series: Series
  #samples: Sample[] = []
  /** Of counters: what they counted together, and what they said together in the former round. */
  #total = 0
  #former = 0

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
    this.#total += Math.max(0, sum - this.#former)
    this.#former = sum
    const startTimeMs = earliest(samples)
    return { series, value: this.#total, ...(startTimeMs === undefined ? {} : { startTimeMs }) }
  }

  #histogram(samples: readonly HistogramSample[]): readonly HistogramSample[] {
    const histogram = mergeHistograms(samples.map((sample) => sample.histogram))
    const startTimeMs = earliest(samples)
    return histogram === undefined || startTimeMs === undefined
      ? []
      : [{ series: this.#series, histogram, startTimeMs }]
  }
}

/** Undefined where one of them does not tell. */
function earliest(samples: readonly { readonly startTimeMs?: number }[]): number | undefined {
  return samples
    .map(({ startTimeMs }) => startTimeMs)
    .reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.min(a, b)))
}
