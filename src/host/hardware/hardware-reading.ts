import type { Attributes } from '../../metric/sample.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'

/** A number that a device gave, before it is known whether it came in time. */
export interface HardwareReading {
  readonly metric: Definition
  readonly value: number | undefined
  /** Has `hw.id`, which with the others names the series. */
  readonly attributes: Attributes
}

/** Puts what a device gave into the round. Its counters count from the boot, however late or seldom it answers. */
export function putReadings(round: HostRound, readings: Iterable<readonly HardwareReading[]>): void {
  for (const { metric, value, attributes } of [...readings].flat()) {
    if (value !== undefined) round.subject(JSON.stringify(attributes), () => attributes).put(metric, value, 'boot')
  }
}
