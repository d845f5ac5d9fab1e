import { RecordError } from '../runtime/errors.ts'
import { parseOtlp } from './parse-otlp.ts'
import { SeriesCache } from './series-cache.ts'

/** The earliest time in a record's bytes, Unix milliseconds; undefined for a note, and for what cannot be understood. */
export function recordTime(value: Uint8Array): number | undefined {
  if (value.length === 0) return undefined
  try {
    const { resources } = parseOtlp(value, new SeriesCache(), () => ({}))
    const numbers = resources.flatMap((resource) => resource.numbers.map(({ timeMs }) => timeMs))
    const histograms = resources.flatMap((resource) => resource.histograms.map(({ timeMs }) => timeMs))
    const times = numbers.concat(histograms)
    return times.length === 0 ? undefined : Math.min(...times)
  } catch (error) {
    if (error instanceof RecordError) return undefined
    throw error
  }
}
