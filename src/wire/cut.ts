import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { limits } from './limits.ts'

/** A round's samples in parts of at most `most` numbers, in their order; timers and histograms travel with the last part. */
export function cutSamples(samples: readonly Sample[], most: number = limits.readings): readonly (readonly Sample[])[] {
  const numbers = samples.filter((sample) => !isHistogramSample(sample))
  const histograms = samples.filter(isHistogramSample)
  const parts: Sample[][] = []
  for (let at = 0; at < numbers.length; at += most) parts.push(numbers.slice(at, at + most))
  if (histograms.length > 0) parts.push([...(parts.pop() ?? []), ...histograms])
  return parts
}
