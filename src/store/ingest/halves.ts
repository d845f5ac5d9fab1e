import type { UnderstoodBatch } from './ingest-batch.ts'

/** A batch of two records or more as two batches, each with its own position. */
export function halves({ position, arrivals }: UnderstoodBatch): readonly [UnderstoodBatch, UnderstoodBatch] {
  const middle = arrivals.length >> 1
  const [one, other] = [arrivals.slice(0, middle), arrivals.slice(middle)]
  const offset = other[0]?.record.origin?.offset
  if (position === undefined || offset === undefined) return [{ arrivals: one }, { arrivals: other }]
  return [
    { position: { ...position, nextOffset: offset }, arrivals: one },
    { position: { ...position, fromOffset: offset }, arrivals: other },
  ]
}
