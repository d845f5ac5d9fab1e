import type { Supervised } from './supervised.ts'

/** Who does something to which process, so that no fault spoils another one on the same process. */
export class Claims {
  readonly #taken = new Map<Supervised, PromiseWithResolvers<void>>()

  /** The so-manieth of these processes, or the next that is free; waits for one. Free again at disposal. */
  async one(processes: readonly Supervised[], target: number): Promise<Disposable & { readonly process: Supervised }> {
    for (;;) {
      for (let at = 0; at < processes.length; at++) {
        const process = processes[(target + at) % processes.length]
        if (process === undefined || this.#taken.has(process)) continue
        this.#taken.set(process, Promise.withResolvers())
        return { process, [Symbol.dispose]: () => this.#giveBack(process) }
      }
      await Promise.race(processes.map(async (process) => this.#taken.get(process)?.promise))
    }
  }

  /** All of them, once each is free. */
  async all(processes: readonly Supervised[]): Promise<Disposable> {
    for (const process of processes) await this.one([process], 0)
    return { [Symbol.dispose]: () => processes.forEach((process) => this.#giveBack(process)) }
  }

  #giveBack(process: Supervised): void {
    this.#taken.get(process)?.resolve()
    this.#taken.delete(process)
  }
}
