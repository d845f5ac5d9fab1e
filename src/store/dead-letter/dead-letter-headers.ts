import type { ArrivedRecord } from '../../metric/record.ts'
import type { HeaderList } from '../../runtime/network.ts'

/**
 * A record's headers as `dead_letter.headers` keeps them: names with values in base64; or, where that cannot say them all,
 * a list of pairs in their order, both in base64, with null for a value that is none.
 */
export function toStoredHeaders({ headers, headerList }: Pick<ArrivedRecord, 'headers' | 'headerList'>): unknown {
  const list = headerList ?? listOf(headers)
  if (list === undefined) return Object.fromEntries([...headers].map(([name, bytes]) => [name, base64(bytes)]))
  return list.map(([name, value]) => [base64(name), value === undefined ? null : base64(value)])
}

/** The headers that `dead_letter.headers` keeps. */
export function fromStoredHeaders(stored: unknown): Pick<ArrivedRecord, 'headers' | 'headerList'> {
  if (!Array.isArray(stored)) {
    const pairs = Object.entries(typeof stored === 'object' && stored !== null ? stored : {})
    return { headers: new Map(pairs.map(([name, value]) => [name, bytesOf(value)])) }
  }
  const headerList = stored.map((pair: unknown): HeaderList[number] => {
    const [name, value]: readonly unknown[] = Array.isArray(pair) ? pair : []
    return [bytesOf(name), value === null || value === undefined ? undefined : bytesOf(value)]
  })
  return { headerList, headers: toHeaderMap(headerList) }
}

/** The headers by name; of a name that stands twice the last counts, and no value is an empty one. */
function toHeaderMap(list: HeaderList): ReadonlyMap<string, Uint8Array> {
  return new Map(list.map(([name, value]) => [Buffer.from(name).toString('utf8'), value ?? new Uint8Array(0)]))
}

/** The list, where a name holds what no database keeps in a text. */
function listOf(headers: ArrivedRecord['headers']): HeaderList | undefined {
  const isPlain = [...headers.keys()].every(
    (name) => name.isWellFormed() && !name.includes('\0') && name !== '__proto__',
  )
  return isPlain ? undefined : Array.from(headers, ([name, value]) => [Buffer.from(name), value] as const)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function bytesOf(stored: unknown): Uint8Array {
  return Buffer.from(String(stored), 'base64')
}
