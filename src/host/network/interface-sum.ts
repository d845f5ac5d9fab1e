import type { DirectionStats, InterfaceStats } from '../proc/net-dev.ts'

type Counts = Record<keyof DirectionStats, number>

const directions = ['receive', 'transmit'] as const
const counts = ['bytes', 'packets', 'errors', 'dropped'] as const

/**
 * Several interfaces as one: the sum of what each has moved since the first look at them. What one moved stays in the sum when it
 * goes, and what one that came moved before it was seen is in it, so the sum never falls.
 */
export class InterfaceSum {
  readonly #name: string
  readonly #sum: Record<(typeof directions)[number], Counts> = { receive: nothing(), transmit: nothing() }
  #former: ReadonlyMap<string, InterfaceStats> | undefined
  #startMs = 0

  constructor(name: string) {
    this.#name = name
  }

  /** Takes the interfaces that are there now; undefined while there has been none at all. */
  add(
    interfaces: readonly InterfaceStats[],
    timeMs: number,
  ): { readonly stats: InterfaceStats; readonly startMs: number } | undefined {
    const isFirst = this.#former === undefined
    if (isFirst) this.#startMs = timeMs
    const former = this.#former ?? new Map<string, InterfaceStats>()
    if (former.size === 0 && interfaces.length === 0 && this.#isEmpty()) {
      this.#former = former
      return undefined
    }
    for (const now of isFirst ? [] : interfaces) this.#count(now, former.get(now.name))
    this.#former = new Map(interfaces.map((each) => [each.name, each]))
    const { receive, transmit } = this.#sum
    return {
      stats: { name: this.#name, receive: { ...receive }, transmit: { ...transmit } },
      startMs: this.#startMs,
    }
  }

  #count(now: InterfaceStats, former: InterfaceStats | undefined): void {
    for (const direction of directions) {
      for (const what of counts) {
        const [from, to] = [former?.[direction][what] ?? 0, now[direction][what]]
        // Another one of the same name, or one that began anew: all that it has is new.
        this.#sum[direction][what] += to < from ? to : to - from
      }
    }
  }

  #isEmpty(): boolean {
    return directions.every((direction) => counts.every((what) => this.#sum[direction][what] === 0))
  }
}

function nothing(): Counts {
  return { bytes: 0, packets: 0, errors: 0, dropped: 0 }
}
