import type { LoggedEvent } from './supervised.ts'

/** What the processes of a run have said that they did. A killed consumer may have done more than it could say. */
export class Progress {
  readonly counts = { stored: 0, duplicates: 0, deadLetters: 0, staleBatches: 0, assignments: 0, dropped: 0 }
  readonly #rounds = new Map<string, number>()
  #news = Promise.withResolvers<void>()
  #lastStoredMs = 0

  /** Takes one line of a process's log. */
  take(process: string, { event, data }: LoggedEvent): void {
    const { counts } = this
    if (event === 'ingest.stored') {
      counts.stored += Number(data['records'])
      counts.duplicates += Number(data['duplicates'])
      if (Number(data['records']) > 0) this.#lastStoredMs = performance.now()
    }
    if (event === 'ingest.dead-letter') counts.deadLetters++
    if (event === 'ingest.stale-batch') counts.staleBatches++
    if (event === 'kafka.assigned') counts.assignments++
    if (event === 'spool.dropped') counts.dropped += Number(data['records'])
    if (event === 'host.figures') this.#rounds.set(process, this.rounds(process) + 1)
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }

  /** How many rounds of this agent its spool has accepted. */
  rounds(agent: string): number {
    return this.#rounds.get(agent) ?? 0
  }

  /** Resolves with true once rows were stored after this moment of `performance.now()`; with false where that took longer. */
  async storedAfter(moment: number, timeoutMs: number): Promise<boolean> {
    return this.#until(() => this.#lastStoredMs > moment, timeoutMs)
  }

  /** Resolves once this agent's spool has accepted so many rounds more. Throws where that takes longer. */
  async moreRounds(agent: string, rounds: number, timeoutMs: number): Promise<void> {
    const wanted = this.rounds(agent) + rounds
    if (await this.#until(() => this.rounds(agent) >= wanted, timeoutMs)) return
    throw new Error(`${agent} has not accepted ${rounds} rounds in ${timeoutMs} ms`)
  }

  async #until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    while (!isSo()) {
      const left = deadline - performance.now()
      if (left <= 0) return false
      const timeout = new AbortController()
      const late = pause(left, timeout.signal)
      await Promise.race([this.#news.promise, late])
      timeout.abort()
    }
    return true
  }
}

/** Waits by the clock, or until the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    if (signal?.aborted === true) done()
    signal?.addEventListener('abort', done, { once: true })
  })
}
