import type { FaultKind } from './plan.ts'

/** What was done, and how long it took until rows were stored again. */
export interface DoneFault {
  readonly kind: FaultKind
  /** From the end of the fault to the next row, milliseconds; undefined where none came before the run went on. */
  readonly recoveryMs: number | undefined
}

/** Counts what chaos did. */
export class FaultLog {
  readonly #done: DoneFault[] = []
  readonly #kills: Record<'agent' | 'consumer' | 'broker' | 'database', number> = {
    agent: 0,
    consumer: 0,
    broker: 0,
    database: 0,
  }

  killed(what: 'agent' | 'consumer' | 'broker' | 'database'): void {
    this.#kills[what]++
  }

  done(fault: DoneFault): void {
    this.#done.push(fault)
  }

  get kills(): Readonly<Record<'agent' | 'consumer' | 'broker' | 'database', number>> & { readonly total: number } {
    const { agent, consumer, broker, database } = this.#kills
    return { agent, consumer, broker, database, total: agent + consumer + broker + database }
  }

  /** How often each kind was done. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { kind } of this.#done) counts[kind] = (counts[kind] ?? 0) + 1
    return counts
  }

  get longestRecovery(): { readonly ms: number; readonly after: FaultKind } | undefined {
    const [longest] = this.#done
      .flatMap(({ kind, recoveryMs }) =>
        recoveryMs === undefined ? [] : [{ ms: Math.round(recoveryMs), after: kind }],
      )
      .toSorted((a, b) => b.ms - a.ms)
    return longest
  }
}
