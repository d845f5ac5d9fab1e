import { BrokerUnavailableError, describeError, HostvitalsError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'

/** Tells a failing broker once in one line, again when it fails for another reason, and when it goes again. */
export class FailureReport {
  readonly #emit: Emit
  readonly #connected: { readonly brokers: string; readonly topic: string }
  #told: string | undefined = 'not connected yet'

  constructor(emit: Emit, connected: { readonly brokers: string; readonly topic: string }) {
    this.#emit = emit
    this.#connected = connected
  }

  failed(error: unknown, spooledRecords?: number): void {
    const reason = error instanceof HostvitalsError ? error.message : describeError(error)
    // A broker that goes away is in turn closed, refused and silent: that is one reason.
    const kind = error instanceof BrokerUnavailableError ? error.code : reason
    if (this.#told === kind) return
    this.#told = kind
    const nextStep = error instanceof HostvitalsError ? error.nextStep : undefined
    this.#emit('kafka.failing', {
      reason,
      ...(nextStep === undefined ? {} : { nextStep }),
      ...(spooledRecords === undefined ? {} : { spooledRecords }),
    })
  }

  works(): void {
    if (this.#told === undefined) return
    this.#told = undefined
    this.#emit('kafka.connected', this.#connected)
  }
}
