interface Entry {
  readonly atMs: number
  /** Entries of one time run in the order in which they came. */
  readonly order: number
  readonly run: () => void
  isCancelled: boolean
}

/** Time that moves only when nothing is left to do at the present moment. */
export class VirtualTime {
  #nowMs: number
  #order = 0
  readonly #heap: Entry[] = []

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  /** The true time, Unix milliseconds; machines' clocks may say something else. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Runs something after so many milliseconds; the function given takes it back. */
  after(ms: number, run: () => void): () => void {
    const entry: Entry = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, run, isCancelled: false }
    this.#push(entry)
    return () => {
      entry.isCancelled = true
    }
  }

  /** Moves on until `isDone`, asked whenever nothing is left to do; false where the time was over before. */
  async run(isDone: () => boolean, untilMs: number): Promise<boolean> {
    for (;;) {
      await drained()
      if (isDone()) return true
      const next = this.#pop()
      if (next === undefined || next.atMs > untilMs) {
        if (next !== undefined) this.#push(next)
        this.#nowMs = Math.max(this.#nowMs, untilMs)
        return false
      }
      this.#nowMs = next.atMs
      next.run()
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(entry, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  #pop(): Entry | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined) return undefined
      this.#removeFirst()
      if (!first.isCancelled) return first
    }
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = heap[2 * at + 1]
      const right = heap[2 * at + 2]
      if (left === undefined) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!isBefore(child, last)) break
      heap[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    heap[at] = last
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

/** Every promise that can settle has done so: a macrotask comes after all microtasks, and nothing real is waited for here. */
function drained(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
