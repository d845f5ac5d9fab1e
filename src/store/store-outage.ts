import { describeError, StoreUnavailableError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { MetricStore } from './store.ts'

/** Whether a database is away, busy or full, as one who needs it sees it: told once when it begins, and once when it ends. */
export class StoreOutage {
  readonly #label: string
  readonly #emit: Emit
  #isOn = false

  constructor({ label }: MetricStore, emit: Emit) {
    this.#label = label
    this.#emit = emit
  }

  get isOn(): boolean {
    return this.#isOn
  }

  /** True for what time alone may mend, which is told with what may help (`store.failing`); false for any other error. */
  begins(error: unknown): error is StoreUnavailableError {
    if (!(error instanceof StoreUnavailableError)) return false
    const { nextStep } = error
    if (!this.#isOn) {
      this.#emit('store.failing', {
        store: this.#label,
        reason: describeError(error),
        ...(nextStep === undefined ? {} : { nextStep }),
      })
    }
    this.#isOn = true
    return true
  }

  /** The database has answered (`store.recovered`). */
  ends(): void {
    if (this.#isOn) this.#emit('store.recovered', { store: this.#label })
    this.#isOn = false
  }
}
