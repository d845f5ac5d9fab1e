const firstMs = 86_400_000

/**
 * A time that is only told, not measured (the start of a run, when a host was seen), as a time that every database can
 * hold: MySQL's TIMESTAMP begins in 1970, and an agent's clock may say anything. Whole milliseconds, at most `latestMs`.
 */
export function storableTime(ms: number, latestMs: number): number {
  return Number.isFinite(ms) ? Math.floor(Math.max(firstMs, Math.min(ms, latestMs))) : firstMs
}
