import type { Clock } from '../../src/runtime/clock.ts'
import type { VirtualTime } from './virtual-time.ts'

interface Hook {
  stepsLeft: number
  /** Whether the step happens before; where the process ends there its answer is never heard. */
  readonly isAfter: boolean
  readonly run: () => void
}

/**
 * A process that can be killed or stopped between any two steps. Everything it does outside of itself is a step; what a
 * killed one waits for never comes, as with `kill -9`.
 */
export class SimProcess {
  readonly clock: Clock
  readonly #time: VirtualTime
  #hooks: readonly Hook[] = []
  #awake: PromiseWithResolvers<void> | undefined
  #isAlive = true
  steps = 0

  /** `skewMs` is how far the machine's clock is ahead of the true time. */
  constructor(time: VirtualTime, skewMs: () => number) {
    this.#time = time
    this.clock = {
      now: () => Math.floor(time.nowMs + skewMs()),
      monotonic: () => time.nowMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  kill(): void {
    this.#isAlive = false
  }

  /** Does something at the step of this number from now on, before or after the step happens: it may end the process. */
  atStep(steps: number, isAfter: boolean, run: () => void): void {
    this.#hooks = [...this.#hooks, { stepsLeft: steps, isAfter, run }]
  }

  stop(): void {
    this.#awake ??= Promise.withResolvers()
  }

  wake(): void {
    this.#awake?.resolve()
    this.#awake = undefined
  }

  /** Does something outside of the process; never resolves once it has ended. */
  async step<T>(work: () => T | Promise<T>): Promise<T> {
    if (!this.#isAlive) return never()
    this.steps++
    if (this.#awake !== undefined) await this.#awake.promise
    if (this.#hooks.length === 0) return this.#answer(work)
    const due = this.#hooks.filter((hook) => --hook.stepsLeft <= 0)
    this.#hooks = this.#hooks.filter((hook) => hook.stepsLeft > 0)
    for (const { isAfter, run } of due) if (!isAfter) run()
    if (!this.#isAlive) return never()
    return this.#answer(work, () => {
      for (const { isAfter, run } of due) if (isAfter) run()
    })
  }

  async #answer<T>(work: () => T | Promise<T>, after?: () => void): Promise<T> {
    try {
      return await work()
    } finally {
      after?.()
      if (this.#awake !== undefined) await this.#awake.promise
      if (!this.#isAlive) await never()
    }
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!this.#isAlive) return never()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (signal?.aborted === true) {
      reject(signal.reason)
      return promise
    }
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = this.#time.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      if (!this.#isAlive) return
      if (this.#awake === undefined) resolve()
      else void this.#awake.promise.then(resolve)
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    return promise
  }
}

/** What nobody is left to wait for. */
export function never(): Promise<never> {
  return new Promise(() => undefined)
}
