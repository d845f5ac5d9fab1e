import type { OfSeries } from './readings.ts'

/** Gathers what each series of each host has, as packed rows bring it: a row at a time, many series at once. */
export class SeriesItems<Item> {
  readonly #found = new Map<number, Map<number, Item[]>>()

  add(hostId: number, seriesId: number, item: Item): void {
    let ofHost = this.#found.get(hostId)
    if (ofHost === undefined) this.#found.set(hostId, (ofHost = new Map()))
    const items = ofHost.get(seriesId)
    if (items === undefined) ofHost.set(seriesId, [item])
    else items.push(item)
  }

  /** By host and series; the items of each in the order in which they came. */
  get all(): readonly OfSeries<Item>[] {
    return [...this.#found]
      .sort(([a], [b]) => a - b)
      .flatMap(([hostId, ofHost]) =>
        [...ofHost].sort(([a], [b]) => a - b).map(([seriesId, items]) => ({ hostId, seriesId, items })),
      )
  }
}
