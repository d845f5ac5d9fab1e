/** Lets one in at a time, in the order of asking. */
export class Turn {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when all who asked before have let go; the function given lets go, and may be called twice. */
  async take(): Promise<() => void> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    return resolve
  }
}
