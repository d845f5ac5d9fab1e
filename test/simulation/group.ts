import type { SimBroker } from './broker.ts'
import type { Tally } from './tally.ts'
import type { VirtualTime } from './virtual-time.ts'

/** After so long without a sign of life a member is out; what it had goes to others. */
export const sessionMs = 10_000

/** One member of the group, as the coordinator sees it. */
export interface Member {
  generation: number
  partitions: readonly number[]
  isIn: boolean
}

/** The coordinator of the consumer group: shares the partitions out among its members. */
export class SimGroup {
  readonly #broker: SimBroker
  readonly #time: VirtualTime
  readonly #tally: Tally
  #members: readonly Member[] = []
  #generation = 0

  constructor(broker: SimBroker, time: VirtualTime, tally: Tally) {
    this.#broker = broker
    this.#time = time
    this.#tally = tally
  }

  join(): Member {
    const member: Member = { generation: 0, partitions: [], isIn: true }
    this.#members = [...this.#members, member]
    this.rebalance()
    return member
  }

  /** At once where it says so itself. */
  leave(member: Member): void {
    if (!member.isIn) return
    member.isIn = false
    this.#members = this.#members.filter((each) => each !== member)
    this.rebalance()
  }

  /** It was killed or stopped: the group notices after the session's time, unless it is back by then. */
  silent(member: Member, isBack: () => boolean): void {
    this.#time.after(sessionMs, () => {
      if (!isBack()) this.leave(member)
    })
  }

  rebalance(): void {
    this.#generation++
    this.#tally.rebalances++
    const count = this.#members.length
    for (const [at, member] of this.#members.entries()) {
      member.generation = this.#generation
      member.partitions = this.#broker.partitions.flatMap((_, index) =>
        (index + this.#generation) % count === at ? [index] : [],
      )
    }
    this.#broker.changed()
  }
}
