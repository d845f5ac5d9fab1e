import { Worker } from 'node:worker_threads'
import type { WorkerMessage } from './crew-worker.ts'
import { endAsUsual, endInSpite } from './end-in-spite.ts'

/** Asks one after the other, out of the way of everything else. */
export interface CrewThread<Question, Answer> {
  /** Resolves once it can ask, or never will: that a thread starts slowly on a busy machine is nobody's silence. */
  readonly ready: Promise<void>
  /** One at a time. Rejects where the thread has died. */
  readonly ask: (question: Question) => Promise<Answer | undefined>
  /** Ends it; one that is asking ends after the answer. */
  readonly end: () => void
}

/**
 * Starts a thread. It does not keep the process alive; only one that stands still in the kernel would, since Node waits for its
 * threads, so a process that ends while there is one takes another way: see `endInSpite`.
 */
export function startCrewThread<Question, Answer>(): CrewThread<Question, Answer> {
  return new WorkerThread<Question, Answer>()
}

class WorkerThread<Question, Answer> implements CrewThread<Question, Answer> {
  readonly ready: Promise<void>
  readonly #worker: Worker
  readonly #getReady: () => void
  #asked: PromiseWithResolvers<Answer | undefined> | undefined
  #isOver = false

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ready = promise
    this.#getReady = resolve
    const own = import.meta.url
    this.#worker = new Worker(new URL(`./crew-worker.${own.endsWith('.ts') ? 'ts' : 'js'}`, own), {
      // The program's own flags, such as --input-type, are not the thread's.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 },
    })
    this.#worker.on('message', (message: WorkerMessage<Answer>) => {
      if (message === 'ready') this.#getReady()
      else this.#settled()?.resolve(message.answer)
    })
    this.#worker.on('error', (error: Error) => this.#died(error))
    this.#worker.on('exit', () => this.#died(new Error('the thread has ended')))
    // After the listeners, since one for messages keeps the process alive.
    this.#worker.unref()
  }

  ask(question: Question): Promise<Answer | undefined> {
    if (this.#isOver) return Promise.reject(new Error('the thread has ended'))
    this.#asked = Promise.withResolvers()
    endInSpite()
    this.#worker.postMessage(question, [])
    return this.#asked.promise
  }

  end(): void {
    this.#isOver = true
    if (this.#asked === undefined) void this.#worker.terminate()
  }

  #died(error: Error): void {
    this.#isOver = true
    this.#getReady()
    this.#settled()?.reject(error)
  }

  /** Who waits for the answer, which is here. */
  #settled(): PromiseWithResolvers<Answer | undefined> | undefined {
    if (this.#asked !== undefined) endAsUsual()
    const asked = this.#asked
    this.#asked = undefined
    if (this.#isOver) void this.#worker.terminate()
    return asked
  }
}
