import type { Series } from '../metric/sample.ts'
import type { Layout } from './decoded-record.ts'
import { layoutHash } from './series-key.ts'

const mostLayouts = 10_000

/** Gives equal lists of series the same `Layout` object, as long as it remembers it: the longest unused are forgotten. */
export class LayoutCache {
  readonly #byHash = new Map<string, Layout>()

  layoutOf(series: readonly Series[]): Layout {
    const hash = layoutHash(series)
    const layout = this.#byHash.get(hash) ?? { hash, series }
    // Deleted and set again it is the newest of the map, which keeps the order of insertion.
    this.#byHash.delete(hash)
    this.#byHash.set(hash, layout)
    if (this.#byHash.size > mostLayouts) {
      const [oldest] = this.#byHash.keys()
      if (oldest !== undefined) this.#byHash.delete(oldest)
    }
    return layout
  }
}
