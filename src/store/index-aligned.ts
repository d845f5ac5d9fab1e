import { StoreUnavailableError } from '../runtime/errors.ts'

/**
 * The entry that belongs to the item of this index. Throws StoreUnavailableError where there is none: ids that moved up by
 * one place would store a host's rows under another, so nothing is stored and all are asked for anew.
 */
export function entryAt<Entry extends number | object>(
  entries: readonly (Entry | undefined)[],
  index: number,
  what: string,
): Entry {
  const entry = entries[index]
  if (entry === undefined) throw new StoreUnavailableError(`the database gave no id for ${what}`)
  return entry
}
