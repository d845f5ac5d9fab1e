import { createHash } from 'node:crypto'
import type { Attributes, AttributeValue, Series } from '../metric/sample.ts'

/** Attributes as JSON with the keys of every object sorted: equal attributes give equal text. */
export function canonicalAttributes(attributes: Attributes): string {
  return JSON.stringify(sorted(attributes))
}

/** SHA-256 of the canonical attributes, cut to 16 bytes: `series.attributes_hash`. */
export function attributesHash(attributes: Attributes): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(canonicalAttributes(attributes)).digest().subarray(0, 16))
}

/** A text that is equal for equal series: name, unit, kind and attributes. */
export function seriesKey(series: Series): string {
  return JSON.stringify([series.name, series.unit, series.kind, sorted(series.attributes)])
}

/** SHA-256 over the series in their order, cut to 16 bytes, as 32 hexadecimal digits: `layout.hash`. */
export function layoutHash(series: readonly Series[]): string {
  const hash = createHash('sha256')
  for (const each of series) hash.update(seriesKey(each)).update('\n')
  return hash.digest('hex').slice(0, 32)
}

function sorted(value: AttributeValue): AttributeValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
