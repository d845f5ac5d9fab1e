import type { Vitals } from './vitals.ts'

const losses = ['hostvitals.spool.dropped', 'hostvitals.spool.refused', 'hostvitals.spool.damaged'] as const

/** What a role lost of what its spool had accepted, since its start, as the last line of a run says it. */
export function lossesOf(vitals: Vitals): string {
  const records = losses.reduce((sum, name) => sum + vitals.total(name), 0)
  const lost = records === 0 ? '0 lost' : `${records} lost, each noted in a gap`
  const failures = vitals.total('hostvitals.spool.failures')
  return failures === 0 ? lost : `${lost}; the spool failed ${failures} times, which the log tells`
}
