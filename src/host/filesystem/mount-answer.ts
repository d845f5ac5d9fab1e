import type { MountQuestion, MountSpace } from './mount-space.ts'

/** One mount that is asked, from the question to its answer, however late. */
export class MountAnswer {
  readonly question: MountQuestion
  /** Resolves when it has answered or hangs. */
  readonly settled: Promise<void>
  readonly #settle: () => void
  #state: 'queued' | 'asked' | 'hung' | 'answered' = 'queued'
  #space: MountSpace | undefined

  constructor(question: MountQuestion) {
    this.question = question
    const { promise, resolve } = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = resolve
  }

  /** Where it stands. */
  get state(): 'queued' | 'asked' | 'hung' | 'answered' {
    return this.#state
  }

  /** Undefined before the answer, and where there is no such mount. */
  get space(): MountSpace | undefined {
    return this.#space
  }

  /** A thread asks. */
  begin(): void {
    this.#state = 'asked'
  }

  /** It takes too long. */
  hang(): void {
    this.#state = 'hung'
    this.#settle()
  }

  /** It has answered. */
  answer(space: MountSpace | undefined): void {
    this.#state = 'answered'
    this.#space = space
    this.#settle()
  }
}
