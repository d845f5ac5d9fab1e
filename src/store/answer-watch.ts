/** How long a statement may go without an answer before the server is asked whether it is there at all, milliseconds. */
const patienceMs = 2000

/**
 * Tells a statement that takes long from a server that is gone: a cut line says nothing by itself, and a statement that
 * waits for a lock or a slow disk must not be given up, or it would only be begun anew.
 */
export class AnswerWatch {
  readonly #isThere: () => Promise<boolean>
  #asking: Promise<boolean> | undefined

  /** `isThere` asks the server over another connection; it never throws. */
  constructor(isThere: () => Promise<boolean>) {
    this.#isThere = isThere
  }

  /** Begins to wait; calls `giveUp` once when the server is gone. The function returned ends the waiting. */
  begin(giveUp: () => void): () => void {
    let isOver = false
    const ask = async (): Promise<void> => {
      const isThere = await this.#ask()
      if (isOver) return
      if (isThere) timer = setTimeout(() => void ask(), patienceMs)
      else giveUp()
    }
    let timer = setTimeout(() => void ask(), patienceMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }

  /** One question for all who wait. */
  async #ask(): Promise<boolean> {
    this.#asking ??= this.#isThere().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }
}
