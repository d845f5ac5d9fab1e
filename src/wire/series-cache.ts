import type { Series } from '../metric/sample.ts'
import type { Layout } from './decoded-record.ts'
import { layoutHash, seriesKey } from './series-key.ts'

/** What is remembered of one metric: its series by the raw bytes of their attributes. */
export type SeriesByBytes = Map<string, Series>

/** Characters of keys, which is about what the maps weigh: some hundred thousand series. */
const mostWeight = 33_554_432
const candidatesOfFirst = 8

/**
 * Gives equal series one `Series` object and equal lists of them one `Layout` object, and finds series by their bytes, so
 * that they are parsed once. Two series are equal if and only if they are one object, between two calls of `trim`.
 */
export class SeriesCache {
  readonly #metrics = new Map<string, SeriesByBytes>()
  readonly #series = new Map<string, Series>()
  readonly #layouts = new Map<string, Layout>()
  /** The newest layouts that begin with a series: comparing objects is cheaper than hashing texts. */
  readonly #layoutsByFirst = new Map<Series, readonly Layout[]>()
  #weight = 0
  readonly #mostWeight: number

  constructor(weight: number = mostWeight) {
    this.#mostWeight = weight
  }

  /** Forgets everything when there is too much of it. To be called between two records, never inside one. */
  trim(): void {
    if (this.#weight <= this.#mostWeight) return
    for (const map of [this.#metrics, this.#series, this.#layouts, this.#layoutsByFirst]) map.clear()
    this.#weight = 0
  }

  /** The series of one metric, whose bytes and kind the key tells. */
  ofMetric(key: string): SeriesByBytes {
    const known = this.#metrics.get(key)
    if (known !== undefined) return known
    const fresh: SeriesByBytes = new Map()
    this.#metrics.set(key, fresh)
    this.#weight += key.length
    return fresh
  }

  /** The one object of this series; remembered under its bytes where these tell it. */
  add(series: Series, metric: SeriesByBytes, bytes: string | undefined): Series {
    const key = seriesKey(series)
    const known = this.#series.get(key)
    if (known === undefined) this.#weight += key.length
    const one = known ?? series
    this.#series.set(key, one)
    if (bytes !== undefined) {
      metric.set(bytes, one)
      this.#weight += bytes.length
    }
    return one
  }

  /** The one layout of these series, each of which `add` returned. */
  layoutOf(series: readonly Series[]): Layout {
    const [first] = series
    const candidates = (first && this.#layoutsByFirst.get(first)) ?? []
    const known = candidates.find((layout) => isSame(layout.series, series))
    if (known !== undefined) return known
    const hash = layoutHash(series)
    const layout = this.#layouts.get(hash) ?? { hash, series }
    this.#layouts.set(hash, layout)
    if (first !== undefined) this.#layoutsByFirst.set(first, [layout, ...candidates].slice(0, candidatesOfFirst))
    this.#weight += hash.length + series.length
    return layout
  }
}

function isSame(a: readonly Series[], b: readonly Series[]): boolean {
  return a.length === b.length && a.every((series, index) => series === b[index])
}
