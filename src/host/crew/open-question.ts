/** A question that was asked or waits to be, up to its answer, however late. */
export class OpenQuestion<Question, Answer> {
  readonly question: Question
  /** Resolves when there is an answer, when it hangs, or when nobody is there to ask. */
  readonly settled: Promise<void>
  readonly #settle: () => void
  #state: 'queued' | 'asked' | 'hung' | 'answered' | 'left' = 'queued'
  #answer: Answer | undefined
  #whyLeft: string | undefined

  constructor(question: Question) {
    this.question = question
    const { promise, resolve } = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = resolve
  }

  /** Where it stands. */
  get state(): 'queued' | 'asked' | 'hung' | 'answered' | 'left' {
    return this.#state
  }

  /** Undefined before the answer, and where whom it is about is not there. */
  get answer(): Answer | undefined {
    return this.#answer
  }

  /** Why there will be no answer; undefined unless it was left. */
  get whyLeft(): string | undefined {
    return this.#whyLeft
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

  /** Here is the answer. */
  end(answer: Answer | undefined): void {
    this.#state = 'answered'
    this.#answer = answer
    this.#settle()
  }

  /** Nobody asks, for this reason. */
  leave(why: string): void {
    this.#state = 'left'
    this.#whyLeft = why
    this.#settle()
  }
}
