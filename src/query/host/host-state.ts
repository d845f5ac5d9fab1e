/** What the age of a host's data says of it. */
export type HostState = 'up' | 'late' | 'down'

/** Foreign hosts tell no interval; the OpenTelemetry Collector measures hosts once a minute unless told otherwise. */
const usualForeignMs = 60_000
/** Room for the way through Kafka and for `last_seen`, which is told to the second and every ten seconds at most. */
const leastLateMs = 15_000
const leastDownMs = 120_000

/**
 * Up, late after three of its own intervals without data (at least 15 s), down after ten (at least 2 min). Both times in
 * milliseconds; an age below 0, where the host's clock runs ahead, is no age.
 */
export function hostState(ageMs: number, intervalMs: number = usualForeignMs): HostState {
  if (ageMs > Math.max(10 * intervalMs, leastDownMs)) return 'down'
  return ageMs > Math.max(3 * intervalMs, leastLateMs) ? 'late' : 'up'
}
