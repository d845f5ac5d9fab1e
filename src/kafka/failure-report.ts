import { HostvitalsError, describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'

/** Tells a failing broker once in one line, again when the reason changes, and when it goes again. */
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
    if (this.#told === reason) return
    this.#told = reason
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
