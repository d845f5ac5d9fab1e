import { BrokerUnavailableError, describeError, HostvitalsError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { isPassing } from './kafka-error.ts'

const triesToPass = 4

/** Tells a failing broker once in one line, again when it fails for another reason, and when it goes again. */
export class FailureReport {
  readonly #emit: Emit
  readonly #connected: { readonly brokers: string; readonly topic: string }
  #told: string | undefined = 'not connected yet'
  #passing = 0

  constructor(emit: Emit, connected: { readonly brokers: string; readonly topic: string }) {
    this.#emit = emit
    this.#connected = connected
  }

  failed(error: unknown, spooledRecords?: number): void {
    // What passes by itself is told when it does not.
    this.#passing = isPassing(error) ? this.#passing + 1 : 0
    if (this.#passing > 0 && this.#passing < triesToPass) return
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

  /** Of an agent with what waits in its spool, which is now caught up. */
  works(spooledRecords?: number): void {
    this.#passing = 0
    if (this.#told === undefined) return
    this.#told = undefined
    this.#emit('kafka.connected', { ...this.#connected, ...(spooledRecords === undefined ? {} : { spooledRecords }) })
  }
}
