import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { limits } from './limits.ts'

/**
 * A round's samples in parts of at most `most`, in their order, each part one record. Numbers first; timers and histograms,
 * whose bytes differ in length from round to round, in parts of their own, so that those of the numbers stay alike.
 */
export function cutSamples(samples: readonly Sample[], most: number = limits.readings): readonly (readonly Sample[])[] {
  const isHistogram = Object.groupBy(samples, (sample) => (isHistogramSample(sample) ? 'histograms' : 'numbers'))
  return [isHistogram.numbers ?? [], isHistogram.histograms ?? []].flatMap((kept) =>
    Array.from({ length: Math.ceil(kept.length / most) }, (_, part) => kept.slice(part * most, (part + 1) * most)),
  )
}
