import type { ErrorAnswer } from '../../api.ts'

/** What the server answered instead of what was asked, or that it did not answer. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  /** The HTTP status; 0 where no answer came. */
  readonly status: number
  readonly nextStep: string
  readonly nearest: readonly string[]

  constructor(status: number, { error, nextStep, nearest = [] }: ErrorAnswer, cause?: unknown) {
    super(error, { cause })
    this.status = status
    this.nextStep = nextStep
    this.nearest = nearest
  }
}

const startAgain =
  'See whether `hostvitals serve`, or `up`, still runs there: started again, this page goes on by itself'

/** Asks the server at an address relative to the page's. Throws an `AnswerError`. */
export async function ask<Answer>(address: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(address, init).catch((cause: unknown) => {
    if (init.signal?.aborted === true) throw cause
    throw new AnswerError(0, { error: 'The dashboard’s server does not answer', nextStep: startAgain }, cause)
  })
  if (response.ok) {
    // Both ends are built from one contract, `api.ts`, in one package.
    if (response.status !== 204) return (await response.json()) as Answer
    return undefined as Answer
  }
  const answer: unknown = await response.json().catch(() => undefined)
  const told = isErrorAnswer(answer)
    ? answer
    : { error: `The server answered ${response.status} ${response.statusText}`, nextStep: 'hostvitals doctor' }
  throw new AnswerError(response.status, told)
}

function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  return typeof answer === 'object' && answer !== null && 'error' in answer && 'nextStep' in answer
}
