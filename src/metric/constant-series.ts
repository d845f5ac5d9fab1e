import type { Series } from './sample.ts'

/**
 * True for a series that nobody can change any more: frozen, with frozen attributes that hold nothing but plain values. What was
 * found out of such an object stays true of it, so that it is found out once and not each round.
 */
export function isConstantSeries(series: Series): boolean {
  const { attributes } = series
  if (!Object.isFrozen(series) || typeof attributes !== 'object' || !Object.isFrozen(attributes)) return false
  return Object.values(attributes).every((value) => typeof value !== 'object')
}
