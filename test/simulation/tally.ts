/** What a history consisted of. */
export class Tally {
  records = 0
  samples = 0
  foreign = 0
  agentCrashes = 0
  consumerCrashes = 0
  rebalances = 0
  resends = 0
  duplicates = 0
  /** Records that a position which went back lets be read again. */
  rereadable = 0
  faults = 0
  virtualMs = 0
}
