import type { Clock } from '../../runtime/clock.ts'
import { describeError } from '../../runtime/errors.ts'
import type { CrewThread } from './crew-thread.ts'
import { OpenQuestion } from './open-question.ts'

/** What a crew needs. */
export interface CrewOptions<Question, Answer> {
  readonly clock: Pick<Clock, 'sleep'>
  /** May throw, where the system has no thread for us. */
  readonly startThread: () => CrewThread<Question, Answer>
  /** So many that are free to ask, or wait for an answer that may still come in time. */
  readonly mostFree: number
  /** So many together with those that stand still. */
  readonly mostThreads: number
}

/** What a round found, by path. Who is in none of them is gone. */
export interface CrewFindings<Answer> {
  readonly answers: ReadonlyMap<string, Answer>
  readonly hung: ReadonlySet<string>
  /** Whom nobody was free to ask, or not in time, and why. None where the signal ended the round. */
  readonly unasked: ReadonlyMap<string, string>
}

/** Who has not answered by then hangs. */
const patienceMs = 500
/** Where others wait, another thread is called after this. */
const slowMs = 50
/** What has not been answered by then has no numbers in this round. */
const roundMs = 800
const tooLate = 'its turn came too late in the round'

/**
 * Asks mounts, or devices, that may hang, in a few threads, none before it is needed. One that hangs costs its thread, which
 * is not waited for until the answer comes, and nothing else: it is not asked a second time, and another thread takes the
 * others. Where all threads stand still and no further one may or can be started, nobody else is asked, and nobody waits.
 * A path names who is asked.
 */
export class Crew<Question extends { readonly path: string }, Answer> {
  readonly #options: CrewOptions<Question, Answer>
  /** Who was asked, or will be as soon as a thread is free, and has not answered. */
  readonly #open = new Map<string, OpenQuestion<Question, Answer>>()
  readonly #idle: CrewThread<Question, Answer>[] = []
  readonly #threads = new Set<CrewThread<Question, Answer>>()
  /** Those whom nobody waits for. */
  readonly #stuck = new Set<CrewThread<Question, Answer>>()
  /** Why the last start of a thread failed; undefined where it did not. */
  #startFailure: string | undefined

  constructor(options: CrewOptions<Question, Answer>) {
    this.#options = options
  }

  /** Asks each once; resolves when all have answered or hang, or when the time of the round or the signal is over. */
  async ask(questions: readonly Question[], signal: AbortSignal): Promise<CrewFindings<Answer>> {
    const open = questions.map((question) => this.#open.get(question.path) ?? this.#queue(question))
    this.#dispatch()
    await this.#anyReady(signal)
    const all = Promise.all(open.map(({ settled }) => settled))
    await this.#wait(roundMs, all, signal)
    const found = new Map<string, Answer>()
    const hung = new Set<string>()
    const unasked = new Map<string, string>()
    for (const { question, answer, state, whyLeft = this.#startFailure ?? tooLate } of open) {
      if (state === 'queued') this.#open.delete(question.path)
      if (answer !== undefined) found.set(question.path, answer)
      else if (state === 'hung') hung.add(question.path)
      else if (state !== 'answered' && !signal.aborted) unasked.set(question.path, whyLeft)
    }
    return { answers: found, hung, unasked }
  }

  /** Ends the threads; those that stand still end when they can. A later question starts new ones. */
  close(): void {
    for (const thread of this.#threads) thread.end()
    this.#threads.clear()
    this.#idle.length = 0
    for (const [path, { state }] of this.#open) if (state === 'queued') this.#open.delete(path)
  }

  #queue(question: Question): OpenQuestion<Question, Answer> {
    const open = new OpenQuestion<Question, Answer>(question)
    this.#open.set(question.path, open)
    return open
  }

  /** Gives work to those who have none; `isSlow` where those who have some take long. */
  #dispatch(isSlow = false): void {
    let mayStart = isSlow || this.#movable().length === 0
    for (const open of this.#open.values()) {
      if (open.state !== 'queued') continue
      let thread = this.#idle.pop()
      if (thread === undefined && mayStart) {
        thread = this.#start()
        mayStart = false
      }
      if (thread === undefined) break
      void this.#give(open, thread)
    }
    if (this.#movable().length === 0) this.#leaveQueued()
  }

  /** Undefined where there are enough, or where none can be started. */
  #start(): CrewThread<Question, Answer> | undefined {
    const { mostFree, mostThreads, startThread } = this.#options
    if (this.#movable().length >= mostFree || this.#threads.size >= mostThreads) return undefined
    try {
      const thread = startThread()
      this.#startFailure = undefined
      this.#threads.add(thread)
      return thread
    } catch (error) {
      // At the system's limit of threads, say: a gap that is told, and the next round tries again.
      this.#startFailure = `no thread could be started: ${describeError(error)}`
      return undefined
    }
  }

  /** All threads stand still: who waits for one would wait in vain. */
  #leaveQueued(): void {
    for (const [path, open] of this.#open) {
      if (open.state !== 'queued') continue
      this.#open.delete(path)
      open.leave(this.#startFailure ?? `all ${this.#threads.size} threads wait for others`)
    }
  }

  async #give(open: OpenQuestion<Question, Answer>, thread: CrewThread<Question, Answer>): Promise<void> {
    const given = this.#answered(open, thread)
    open.begin()
    await thread.ready
    await this.#wait(slowMs, given)
    if (open.state !== 'asked') return
    this.#dispatch(true)
    await this.#wait(patienceMs - slowMs, given)
    if (open.state !== 'asked') return
    open.hang()
    this.#stuck.add(thread)
    this.#dispatch(true)
  }

  async #answered(open: OpenQuestion<Question, Answer>, thread: CrewThread<Question, Answer>): Promise<void> {
    try {
      open.end(await thread.ask(open.question))
      // One that was closed meanwhile is not one of ours any more.
      if (this.#threads.has(thread)) this.#idle.push(thread)
    } catch (error) {
      // For want of memory perhaps: there are no numbers, and the next question starts another thread.
      open.leave(`the thread that asked it died: ${describeError(error)}`)
      this.#threads.delete(thread)
    }
    this.#stuck.delete(thread)
    this.#open.delete(open.question.path)
    this.#dispatch()
  }

  #movable(): readonly CrewThread<Question, Answer>[] {
    return [...this.#threads].filter((thread) => !this.#stuck.has(thread))
  }

  /** Until a thread can ask, or the signal aborts. */
  async #anyReady(signal: AbortSignal): Promise<void> {
    const movable = this.#movable()
    if (signal.aborted || movable.length === 0) return
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    await Promise.race([over, ...movable.map(({ ready }) => ready)])
    signal.removeEventListener('abort', onAbort)
  }

  /** Until the work is done, but not longer. */
  async #wait(ms: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
    const enough = new AbortController()
    const slept = this.#options.clock
      .sleep(ms, signal === undefined ? enough.signal : AbortSignal.any([enough.signal, signal]))
      // The only thing that ends a sleep early is a signal: the work is done, or the round is over.
      .catch(() => undefined)
    await Promise.race([work, slept])
    enough.abort(new Error('the work is done'))
  }
}
