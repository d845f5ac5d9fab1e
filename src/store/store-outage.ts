import { describeError, type StoreUnavailableError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { MetricStore } from './store.ts'

/** Tells that the database is away, busy or full, and what may help (`store.failing`). */
export function tellFailing({ label }: MetricStore, error: StoreUnavailableError, emit: Emit): void {
  const { nextStep } = error
  emit('store.failing', {
    store: label,
    reason: describeError(error),
    ...(nextStep === undefined ? {} : { nextStep }),
  })
}
