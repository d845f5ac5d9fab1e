/** What a threshold says of a number. */
export type Level = 'ok' | 'warn' | 'critical'

/** When a number is a warning, and when it is critical: from there on. */
export interface Threshold {
  readonly metric: string
  readonly warn: number | null
  readonly critical: number | null
}

/** What the threshold says of it; a number without one is as it should be. */
export function levelOf(value: number | null, threshold: Threshold | undefined): Level {
  if (value === null || threshold === undefined) return 'ok'
  if (threshold.critical !== null && value >= threshold.critical) return 'critical'
  return threshold.warn !== null && value >= threshold.warn ? 'warn' : 'ok'
}
