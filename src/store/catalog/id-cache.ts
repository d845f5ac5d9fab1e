import { StoreUnavailableError } from '../../runtime/errors.ts'
import { entryAt } from '../index-aligned.ts'

/** How the ids of one kind of thing are read and made. */
export interface IdSource<Item> {
  /** Equal for equal things. */
  readonly keyOf: (item: Item) => string
  /** The ids, by key, of those that are there. */
  readonly read: (items: readonly Item[]) => Promise<ReadonlyMap<string, number>>
  /** Inserts those that are not there; others may do the same at once. They come sorted by key, so that locks do not cross. */
  readonly insert: (items: readonly Item[]) => Promise<void>
}

const most = 200_000

/** Ids that are never deleted, remembered in memory up to a bound. */
export class IdCache<Item> {
  readonly #source: IdSource<Item>
  #ids = new Map<string, number>()

  constructor(source: IdSource<Item>) {
    this.#source = source
  }

  /** The ids of the items, index by index; what is new is inserted. Throws the store's errors. */
  async idsOf(items: readonly Item[]): Promise<readonly number[]> {
    // Kept in hand: after `forget` a call under way must not fill the new map with old ids.
    const ids = this.#ids
    const keyed = items.map((item) => ({ item, key: this.#source.keyOf(item) }))
    const unknown = new Map(keyed.filter(({ key }) => !ids.has(key)).map(({ item, key }) => [key, item]))
    const fresh = unknown.size === 0 ? new Map<string, number>() : await this.#fetch(unknown)
    const result = keyed.map(({ key }) => ids.get(key) ?? fresh.get(key))
    for (const [key, id] of fresh) remember(ids, key, id)
    return result.map((_id, index) => entryAt(result, index, keyed[index]?.key ?? ''))
  }

  /** Of an item that may not be there: its id or undefined. Nothing is inserted. */
  async find(item: Item): Promise<number | undefined> {
    const key = this.#source.keyOf(item)
    return this.#ids.get(key) ?? (await this.#source.read([item])).get(key)
  }

  forget(): void {
    this.#ids = new Map()
  }

  async #fetch(unknown: ReadonlyMap<string, Item>): Promise<ReadonlyMap<string, number>> {
    const found = await this.#source.read([...unknown.values()])
    const missing = [...unknown].filter(([key]) => !found.has(key)).sort(([a], [b]) => (a < b ? -1 : 1))
    if (missing.length === 0) return found
    const items = missing.map(([, item]) => item)
    await this.#source.insert(items)
    const made = await this.#source.read(items)
    const absent = missing.find(([key]) => !made.has(key))
    if (absent !== undefined)
      throw new StoreUnavailableError(`an id was inserted and cannot be read back: ${absent[0]}`)
    return new Map([...found, ...made])
  }
}

function remember(ids: Map<string, number>, key: string, id: number): void {
  if (ids.size >= most) {
    const [oldest] = ids.keys()
    if (oldest !== undefined) ids.delete(oldest)
  }
  ids.set(key, id)
}
