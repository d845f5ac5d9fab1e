import type { SlowTurns } from './slow-turns.ts'

const mostMs = 500
const lines = 2

/** What a round gives to whom it asks: when it is over, and the turns that all groups share. */
export interface Asking {
  readonly signal: AbortSignal
  readonly slowTurns: SlowTurns
}

/**
 * Asks devices that may be slow or never answer, at most two at a time, all groups of a `host()` together. One that has not
 * answered within half a second is left out, and is not asked again before it did. One that fails is left out for this round.
 */
export class Patience<T> {
  readonly #pending = new Map<string, Promise<unknown>>()

  /** What those that answered in time said, in their own order. Never rejects. */
  async ask(
    keys: readonly string[],
    question: (key: string) => Promise<T>,
    { signal, slowTurns }: Asking,
  ): Promise<ReadonlyMap<string, T>> {
    const answers = new Map<string, T>()
    const waiting = keys.filter((key) => !this.#pending.has(key)).values()
    const askOn = async (): Promise<void> => {
      for (const key of waiting) {
        const turn = await slowTurns.take(signal)
        if (turn === undefined) return
        const ask = async (): Promise<T> => {
          try {
            return await question(key)
          } finally {
            turn.end()
          }
        }
        const answer = await this.#answer(key, ask, signal)
        if (answer !== undefined) answers.set(key, answer.value)
        // One that hangs keeps its thread: this line of questions ends here.
        else if (this.#pending.has(key)) {
          turn.giveUp()
          return
        }
      }
    }
    await Promise.all(Array.from({ length: lines }, askOn))
    return new Map(
      keys.flatMap((key) => {
        const answer = answers.get(key)
        return answer === undefined ? [] : [[key, answer] as const]
      }),
    )
  }

  async #answer(
    key: string,
    question: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ readonly value: T } | undefined> {
    const { promise: tooLate, resolve } = Promise.withResolvers<undefined>()
    const giveUp = (): void => resolve(undefined)
    const timer = setTimeout(giveUp, mostMs)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    const asked = question().then(
      (value) => {
        this.#pending.delete(key)
        return { value }
      },
      () => {
        // A device that fails is a gap for itself alone, and the next round asks it anew.
        this.#pending.delete(key)
        return undefined
      },
    )
    this.#pending.set(key, asked)
    const answer = await Promise.race([asked, tooLate])
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    return answer
  }
}
