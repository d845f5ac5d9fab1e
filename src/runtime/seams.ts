import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { Emit } from './events.ts'
import type { Random } from './random.ts'

/** What every role stands on and a simulation replaces; the fourth seam, the network, is made from the Kafka configuration. */
export interface Seams {
  readonly clock: Clock
  readonly disk: Disk
  readonly random: Random
  readonly emit: Emit
}
