import type { Clock } from '../runtime/clock.ts'
import type { Emit, EventName, Events } from '../runtime/events.ts'

/** What a role cannot work without. */
export type Need = 'kafka' | 'partitions' | 'database' | 'spool'

/** Something that fails. */
export interface Problem {
  readonly what: Need | 'role' | 'rounds'
  /** Unix milliseconds. */
  readonly sinceMs: number
  readonly reason: string
  readonly nextStep?: string
}

/** Whose health it is. */
export interface HealthOptions {
  readonly needs: readonly Need[]
  /** Of an agent, whose rounds are expected; absent for a role without rounds. */
  readonly intervalMs?: number
  readonly clock: Clock
}

type Failure = Omit<Problem, 'sinceMs'>

/** What an event says of the needs: this one fails now, or these work. */
type Effect = { readonly fails: Failure } | { readonly works: readonly Problem['what'][] }

const slackMs = 30_000

const notYet: Readonly<Record<Need, Omit<Failure, 'what'> | undefined>> = {
  kafka: { reason: 'not connected yet', nextStep: 'wait a moment; if it stays, the log says what the broker answers' },
  partitions: {
    reason: 'no partition is assigned yet',
    nextStep: 'wait a moment; if it stays, the log says what the broker or the database answers',
  },
  database: { reason: 'it has not answered yet', nextStep: 'wait a moment; if it stays, the log says what it answers' },
  // A spool that could be opened is taken for good until it says otherwise.
  spool: undefined,
}

const effects: { readonly [Name in EventName]?: (data: Events[Name]) => Effect } = {
  'kafka.connected': () => ({ works: ['kafka'] }),
  'kafka.failing': ({ reason, nextStep }) => ({
    fails: failure('kafka', reason, nextStep ?? 'start or reach the broker; it is tried again'),
  }),
  // Positions come from the database, so it has answered too.
  'kafka.assigned': ({ partitions }) =>
    partitions.length > 0
      ? { works: ['kafka', 'partitions', 'database'] }
      : {
          fails: failure(
            'partitions',
            'none is assigned: the group has more consumers than the topic has partitions',
            'add partitions, or leave it as a stand-by',
          ),
        },
  'spool.accepted': () => ({ works: ['spool'] }),
  'spool.failed': ({ reason }) => ({
    fails: failure('spool', reason, 'give the state folder room and rights; it is tried again'),
  }),
  'store.failing': ({ reason, nextStep }) => ({
    fails: failure('database', reason, nextStep ?? 'start or reach the database; it is tried again'),
  }),
  'store.recovered': () => ({ works: ['database'] }),
  'ingest.stored': () => ({ works: ['database'] }),
  'role.failed': ({ role, reason, nextStep }) => ({ fails: failure('role', `${role} ended: ${reason}`, nextStep) }),
}

/** What of a role works and what does not, since when, and what to do: heard from its events. */
export class Health {
  readonly #options: HealthOptions
  readonly #problems = new Map<Problem['what'], Problem>()
  #roundEndedMs: number
  #roundEndedAtMs: number

  constructor(options: HealthOptions) {
    this.#options = options
    const { clock, needs } = options
    this.#roundEndedMs = clock.monotonic()
    this.#roundEndedAtMs = clock.now()
    for (const need of needs) {
      const begin = notYet[need]
      if (begin !== undefined) this.#problems.set(need, { what: need, sinceMs: clock.now(), ...begin })
    }
  }

  /** Hears an event. */
  readonly observe: Emit = (name, data) => {
    if (name === 'scrape.done') {
      this.#roundEndedMs = this.#options.clock.monotonic()
      this.#roundEndedAtMs = this.#options.clock.now()
    }
    const effect = effectOf(name, data)
    if (effect === undefined) return
    if ('works' in effect) for (const what of effect.works) this.#problems.delete(what)
    else this.#fail(effect.fails)
  }

  /** What the role lacks to do its work now; empty when it is ready. */
  notReady(): readonly Problem[] {
    return [...this.stalled(), ...this.#problems.values()]
  }

  /** Whether the process itself hangs: the event loop turns, or nobody could ask; but rounds may have ceased. */
  stalled(): readonly Problem[] {
    const { clock, intervalMs } = this.#options
    if (intervalMs === undefined) return []
    const silentMs = clock.monotonic() - this.#roundEndedMs
    if (silentMs <= 2 * intervalMs + slackMs) return []
    return [
      {
        what: 'rounds',
        sinceMs: this.#roundEndedAtMs,
        reason: `no round of measuring has ended for ${Math.round(silentMs / 1000)} s`,
        nextStep: 'the disk of the spool may hang: look at it, then start the role again',
      },
    ]
  }

  #fail(failed: Failure): void {
    const needs: readonly Problem['what'][] = this.#options.needs
    if (failed.what !== 'role' && !needs.includes(failed.what)) return
    const sinceMs = this.#problems.get(failed.what)?.sinceMs ?? this.#options.clock.now()
    this.#problems.set(failed.what, { ...failed, sinceMs })
  }
}

function effectOf<Name extends EventName>(name: Name, data: Events[Name]): Effect | undefined {
  return effects[name]?.(data)
}

function failure(what: Problem['what'], reason: string, nextStep: string): Failure {
  return { what, reason, nextStep }
}
