import type { Emit, EventName, Events } from '../../src/runtime/events.ts'
import { until } from './until.ts'

/** One event of a role, and when it came. */
export interface Told<Name extends EventName> {
  readonly data: Events[Name]
  /** Milliseconds since the log was made. */
  readonly afterMs: number
}

/** Hears what a role tells, and waits for what a test wants to hear. */
export class EventLog {
  readonly #startedMs = performance.now()
  readonly #told: { readonly name: EventName; readonly told: Told<EventName> }[] = []

  readonly emit: Emit = (name, data) => {
    this.#told.push({ name, told: { data, afterMs: performance.now() - this.#startedMs } })
  }

  /** All events of this name so far. */
  all<Name extends EventName>(name: Name): readonly Told<Name>[] {
    // The name says what the data is; the list holds every kind.
    return this.#told.filter((each) => each.name === name).map(({ told }) => told as Told<Name>)
  }

  /** The event number `count` (1 is the first) of this name; past ones count. Throws with all that was told after `timeoutMs`. */
  async heard<Name extends EventName>(name: Name, count = 1, timeoutMs = 60_000): Promise<Told<Name>> {
    return this.until(() => this.all(name)[count - 1], `${name} number ${count}`, timeoutMs)
  }

  /** Asks until there is an answer. Throws with all that was told after `timeoutMs`. */
  async until<T>(ask: () => T | undefined, what: string, timeoutMs = 60_000): Promise<T> {
    return until(
      () => `${what}; told was:\n${this.#everything()}`,
      async () => ask(),
      timeoutMs,
    )
  }

  #everything(): string {
    return this.#told
      .map(({ name, told }) => `${Math.round(told.afterMs)} ms ${name} ${JSON.stringify(told.data)}`)
      .join('\n')
  }
}
