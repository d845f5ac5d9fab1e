/** A question that was asked or waits to be, up to its answer, however late. */
export class OpenQuestion<Question, Answer> {
  readonly question: Question
  /** Resolves when there is an answer, or when it hangs. */
  readonly settled: Promise<void>
  readonly #settle: () => void
  #state: 'queued' | 'asked' | 'hung' | 'answered' = 'queued'
  #answer: Answer | undefined

  constructor(question: Question) {
    this.question = question
    const { promise, resolve } = Promise.withResolvers<void>()
    this.settled = promise
    this.#settle = resolve
  }

  /** Where it stands. */
  get state(): 'queued' | 'asked' | 'hung' | 'answered' {
    return this.#state
  }

  /** Undefined before the answer, and where whom it is about is not there. */
  get answer(): Answer | undefined {
    return this.#answer
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
}
