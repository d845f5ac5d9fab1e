const mostMs = 500
// The thread pool that every file goes through has four; the spool needs them too.
const mostAtOnce = 2

/**
 * Asks devices that may be slow or never answer, at most two at a time. One that has not answered within half a second is
 * left out, and is not asked again before it did. One that fails is left out for this round.
 */
export class Patience<T> {
  readonly #pending = new Map<string, Promise<unknown>>()

  /** What those that answered in time said, in their own order. Never rejects. */
  async ask(
    keys: readonly string[],
    question: (key: string) => Promise<T>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, T>> {
    const answers = new Map<string, T>()
    const waiting = keys.filter((key) => !this.#pending.has(key)).values()
    const askOn = async (): Promise<void> => {
      for (const key of waiting) {
        const answer = await this.#answer(key, question, signal)
        if (answer !== undefined) answers.set(key, answer.value)
        // One that hangs keeps its thread: this line of questions ends here.
        else if (this.#pending.has(key)) return
      }
    }
    const lines = Math.max(0, mostAtOnce - this.#pending.size)
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
    question: (key: string) => Promise<T>,
    signal: AbortSignal,
  ): Promise<{ readonly value: T } | undefined> {
    const { promise: tooLate, resolve } = Promise.withResolvers<undefined>()
    const giveUp = (): void => resolve(undefined)
    const timer = setTimeout(giveUp, mostMs)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    const asked = question(key).then(
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
