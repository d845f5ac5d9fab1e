/** How far one partition is stored. */
export interface Hint {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly leaderEpoch: number
}

/** Tells the group positions while the next batches are stored: one request at a time, with the newest of each partition. */
export class PositionHint {
  readonly #commit: (offsets: Hint[]) => Promise<void>
  readonly #waiting = new Map<number, Hint>()
  #running: Promise<void> | undefined

  constructor(commit: (offsets: Hint[]) => Promise<void>) {
    this.#commit = commit
  }

  tell(hint: Hint): void {
    this.#waiting.set(hint.partition, hint)
    this.#running ??= this.#run()
  }

  /** Resolves when everything is told. */
  async told(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.size > 0) {
      const offsets = [...this.#waiting.values()]
      this.#waiting.clear()
      // A hint for lag tools only: where it fails, the database still knows.
      await this.#send(offsets).catch(() => undefined)
    }
    this.#running = undefined
  }

  /** Rejects also where the client throws at once. */
  async #send(offsets: Hint[]): Promise<void> {
    await this.#commit(offsets)
  }
}
