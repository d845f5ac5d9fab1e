import { type HostvitalsErrorOptions, UsageError } from '../runtime/errors.ts'

/** A name that nothing in the database has. Tells the names that may have been meant. */
export class UnknownNameError extends UsageError {
  /** At most three, the likeliest first. */
  readonly nearest: readonly string[]

  constructor(message: string, options: HostvitalsErrorOptions & { readonly nearest: readonly string[] }) {
    super(message, options)
    this.nearest = options.nearest
  }
}

/** A question that is allowed but asks for more than is answered at once. The next step says what to ask instead. */
export class LimitError extends UsageError {}
