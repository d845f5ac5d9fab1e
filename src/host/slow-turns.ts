/** A turn to ask a device: it holds a thread of the pool until the device has answered. */
export interface SlowTurn {
  /** Nobody waits for the device any more. */
  readonly giveUp: () => void
  /** The device has answered or failed, and the thread is free. */
  readonly end: () => void
}

/** How many devices all groups of one `host()` ask at a time: the thread pool has four, and the spool's disk needs some of them. */
export class SlowTurns {
  #free = 2
  #hanging = 0
  readonly #most = this.#free
  readonly #waiting = new Set<(turn: SlowTurn | undefined) => void>()

  /** Waits for a turn; undefined where the signal aborts first, or where devices that do not answer hold all turns. */
  async take(signal: AbortSignal): Promise<SlowTurn | undefined> {
    if (signal.aborted || this.#hanging === this.#most) return undefined
    if (this.#free > 0) return this.#turn()
    const { promise, resolve } = Promise.withResolvers<SlowTurn | undefined>()
    const onAbort = (): void => {
      this.#waiting.delete(resolve)
      resolve(undefined)
    }
    this.#waiting.add(resolve)
    signal.addEventListener('abort', onAbort, { once: true })
    const turn = await promise
    signal.removeEventListener('abort', onAbort)
    return turn
  }

  #turn(): SlowTurn {
    this.#free--
    let state: 'asked' | 'hanging' | 'ended' = 'asked'
    return {
      giveUp: () => {
        if (state !== 'asked') return
        state = 'hanging'
        this.#hanging++
        if (this.#hanging < this.#most) return
        for (const resolve of this.#waiting) resolve(undefined)
        this.#waiting.clear()
      },
      end: () => {
        if (state === 'ended') return
        if (state === 'hanging') this.#hanging--
        state = 'ended'
        this.#free++
        const [next] = this.#waiting
        if (next === undefined) return
        this.#waiting.delete(next)
        next(this.#turn())
      },
    }
  }
}
