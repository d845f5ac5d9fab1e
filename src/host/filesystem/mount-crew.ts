import type { Clock } from '../../runtime/clock.ts'
import { MountAnswer } from './mount-answer.ts'
import type { MountQuestion, MountSpace } from './mount-space.ts'
import type { MountThread } from './mount-thread.ts'

/** What a crew needs. */
export interface MountCrewOptions {
  readonly clock: Pick<Clock, 'sleep'>
  readonly startThread: () => MountThread
}

/** What a round found: the space by path, and the mounts that hang. Who is in neither is gone, or nobody was free to ask it. */
export interface CrewFindings {
  readonly spaces: ReadonlyMap<string, MountSpace>
  readonly hung: ReadonlySet<string>
}

const mostThreads = 3
/** A mount that has not answered by then hangs. */
const patienceMs = 500
/** Where others wait, another thread is called after this. */
const slowMs = 50
/** What has not been answered by then has no numbers in this round. */
const roundMs = 800

/**
 * Asks mounts that may hang, in at most three threads, none before it is needed. A mount that hangs costs its thread, which is
 * not waited for until the answer comes, and nothing else: it is not asked a second time, and another thread takes the others.
 */
export class MountCrew {
  readonly #options: MountCrewOptions
  /** Who was asked, or will be as soon as a thread is free, and has not answered. */
  readonly #open = new Map<string, MountAnswer>()
  readonly #idle: MountThread[] = []
  readonly #threads = new Set<MountThread>()

  constructor(options: MountCrewOptions) {
    this.#options = options
  }

  /** Asks each once; resolves when all have answered or hang, or when the time of the round or the signal is over. */
  async ask(questions: readonly MountQuestion[], signal: AbortSignal): Promise<CrewFindings> {
    const answers = questions.map((question) => this.#open.get(question.path) ?? this.#queue(question))
    this.#dispatch()
    const all = Promise.all(answers.map(({ settled }) => settled))
    await this.#wait(roundMs, all, signal)
    for (const answer of answers) if (answer.state === 'queued') this.#open.delete(answer.question.path)
    const spaces = new Map<string, MountSpace>()
    const hung = new Set<string>()
    for (const { question, space, state } of answers) {
      if (space !== undefined) spaces.set(question.path, space)
      if (state === 'hung') hung.add(question.path)
    }
    return { spaces, hung }
  }

  /** Ends the threads; those that stand still end when they can. A later question starts new ones. */
  close(): void {
    for (const thread of this.#threads) thread.end()
    this.#threads.clear()
    this.#idle.length = 0
    for (const [path, { state }] of this.#open) if (state === 'queued') this.#open.delete(path)
  }

  #queue(question: MountQuestion): MountAnswer {
    const answer = new MountAnswer(question)
    this.#open.set(question.path, answer)
    return answer
  }

  /** Gives work to those who have none; `isSlow` where those who have some take long. */
  #dispatch(isSlow = false): void {
    let mayStart = isSlow || this.#threads.size === 0
    for (const answer of this.#open.values()) {
      if (answer.state !== 'queued') continue
      let thread = this.#idle.pop()
      if (thread === undefined && mayStart && this.#threads.size < mostThreads) {
        thread = this.#options.startThread()
        this.#threads.add(thread)
        mayStart = false
      }
      if (thread === undefined) return
      void this.#give(answer, thread)
    }
  }

  async #give(answer: MountAnswer, thread: MountThread): Promise<void> {
    const given = this.#answered(answer, thread)
    answer.begin()
    await this.#wait(slowMs, given)
    if (answer.state !== 'asked') return
    this.#dispatch(true)
    await this.#wait(patienceMs - slowMs, given)
    if (answer.state !== 'asked') return
    answer.hang()
    this.#dispatch(true)
  }

  async #answered(answer: MountAnswer, thread: MountThread): Promise<void> {
    try {
      answer.answer(await thread.ask(answer.question))
      // One that was closed meanwhile is not one of ours any more.
      if (this.#threads.has(thread)) this.#idle.push(thread)
    } catch {
      // The thread died, for want of memory perhaps: the mount has no numbers, and the next question starts another thread.
      answer.answer(undefined)
      this.#threads.delete(thread)
    }
    this.#open.delete(answer.question.path)
    this.#dispatch()
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
