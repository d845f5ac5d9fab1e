import { scan, type Damage, type MostAtOnce, type Scan, type Segment } from './segment.ts'

/**
 * What stands in a segment from a position on, with damage described by all that is known: by the records before that
 * position, by the next segment of the run, which tells where this one ended, and by what was once read of this one.
 */
export function scanKnown(
  segments: readonly Segment[],
  segment: Segment,
  bytes: Buffer,
  from: number,
  most?: MostAtOnce,
): Scan {
  const { header, number, lastSeq } = segment
  const scanned = scan(bytes, from, header.firstSeq - 1, most)
  if (scanned.damages.length === 0) return scanned
  const next = segments.find(
    (other) => other.number > number && other.header.agentUid === header.agentUid && other.header.run === header.run,
  )
  const endSeq = next === undefined ? lastSeq : Math.max(lastSeq, next.header.firstSeq - 1)
  // From the begin, since a damage's seqs follow from the records before it.
  const whole = scan(bytes, 0, header.firstSeq - 1).damages
  const known = (damage: Damage): Damage => {
    const same = whole.find(({ fromBytes }) => fromBytes === damage.fromBytes) ?? damage
    const isEndKnown = same.isTail && (next !== undefined || endSeq > same.afterSeq)
    return isEndKnown ? { ...same, toSeq: endSeq } : same
  }
  return { ...scanned, damages: scanned.damages.map(known) }
}
