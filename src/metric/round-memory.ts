import type { ReadContext } from './metric.ts'

/** What one metric remembers from round to round, for its `ReadContext`. */
export function rememberOne(): ReadContext['remember'] {
  let kept: { readonly value: unknown } | undefined
  return <T>(create: () => T): T => {
    kept ??= { value: create() }
    // One metric has one function, so what it made is what it asks for.
    return kept.value as T
  }
}

/** What the metrics of one round share, for their `ReadContext`s. */
export function shareInRound(): ReadContext['shared'] {
  const values = new Map<object, unknown>()
  return <T>(key: object, create: () => T): T => {
    if (!values.has(key)) values.set(key, create())
    // Who has the key is who made the value.
    return values.get(key) as T
  }
}
