import type { Clock } from '../../runtime/clock.ts'
import type { EventName, Events } from '../../runtime/events.ts'
import { sameAs } from './same-as.ts'

/** How often an event came again since a line told of it. */
export interface Repeats {
  readonly times: number
  /** Milliseconds since that line. */
  readonly inMs: number
}

/** What is to be said now: lines that are owed of earlier events, and this event's own, unless it only repeats. */
export interface Collapsed {
  readonly owed: readonly Owed[]
  /** Undefined: it is counted and told later. */
  readonly own: { readonly repeats?: Repeats; readonly ended?: number } | undefined
}

/** An event that came again and is owed a line: the newest of its kind. */
export interface Owed {
  readonly name: EventName
  readonly data: Events[EventName]
  readonly repeats: Repeats
}

interface Seen {
  readonly name: EventName
  readonly subject: string | undefined
  toldMs: number
  data: Events[EventName]
  /** Since it was last told. */
  repeats: number
  /** Since it began. */
  total: number
}

const everyMs = 60_000
const forgottenMs = 600_000
const mostKinds = 1000

/**
 * Holds repeated equal warnings and errors back: the first is told at once, then one line a minute says how often it came
 * again, and the line of the recovery how often in all. It has no timer: what is owed comes before whatever comes next.
 */
export class Collapse {
  readonly #clock: Clock
  readonly #seen = new Map<string, Seen>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Decides about an event. `text` is its line, and `isTrouble` true for warnings and errors; the others are always told. */
  decide<Name extends EventName>(name: Name, data: Events[Name], text: string, isTrouble: boolean): Collapsed {
    const nowMs = this.#clock.monotonic()
    const ended = this.#end(name, data)
    const key = isTrouble ? `${name} ${keyOf(name, data) ?? text}` : undefined
    const owed = this.#owed(nowMs, key)
    if (key === undefined) return { owed, own: ended > 1 ? { ended } : {} }
    const seen = this.#seen.get(key)
    if (seen === undefined) {
      // Beyond so many kinds the oldest is forgotten: it is told anew when it comes again.
      const [oldest] = this.#seen.keys()
      if (this.#seen.size >= mostKinds && oldest !== undefined) this.#seen.delete(oldest)
      this.#seen.set(key, { name, subject: subjectOf(name, data), toldMs: nowMs, data, repeats: 0, total: 1 })
      return { owed, own: {} }
    }
    seen.total++
    seen.data = data
    const inMs = nowMs - seen.toldMs
    if (inMs < everyMs) {
      seen.repeats++
      return { owed, own: undefined }
    }
    const repeats = { times: seen.repeats + 1, inMs }
    seen.toldMs = nowMs
    seen.repeats = 0
    return { owed, own: { repeats } }
  }

  /** What is still owed at the end of a role. */
  rest(): readonly Owed[] {
    return [...this.#seen.values()].flatMap((seen) => this.#tell(seen, this.#clock.monotonic()))
  }

  #owed(nowMs: number, but: string | undefined): readonly Owed[] {
    const owed: Owed[] = []
    for (const [key, seen] of this.#seen) {
      const silentMs = nowMs - seen.toldMs
      if (key === but || silentMs < everyMs) continue
      owed.push(...this.#tell(seen, nowMs))
      if (silentMs >= forgottenMs) this.#seen.delete(key)
    }
    return owed
  }

  #tell(seen: Seen, nowMs: number): readonly Owed[] {
    if (seen.repeats === 0) return []
    const told = { name: seen.name, data: seen.data, repeats: { times: seen.repeats, inMs: nowMs - seen.toldMs } }
    seen.toldMs = nowMs
    seen.repeats = 0
    return [told]
  }

  /** A recovery ends the trouble that it is of; how often that came in all. */
  #end<Name extends EventName>(name: Name, data: Events[Name]): number {
    const ends = endsOf(name)
    if (ends === undefined) return 0
    const subject = subjectOf(name, data)
    let total = 0
    for (const [key, seen] of this.#seen) {
      if (seen.name !== ends || seen.subject !== subject) continue
      total += seen.total
      this.#seen.delete(key)
    }
    return total
  }
}

function keyOf<Name extends EventName>(name: Name, data: Events[Name]): string | undefined {
  return sameAs[name]?.key?.(data)
}

function subjectOf<Name extends EventName>(name: Name, data: Events[Name]): string | undefined {
  return sameAs[name]?.subject?.(data)
}

function endsOf(name: EventName): EventName | undefined {
  return sameAs[name]?.ends
}
