import { UnknownNameError, LimitError } from '../query/asked-errors.ts'
import {
  ConfigurationError,
  HostvitalsError,
  StoreConfigurationError,
  StoreUnavailableError,
  UsageError,
} from '../runtime/errors.ts'
import type { ErrorAnswer } from './api.ts'

/** The statuses that an answer without data has. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 413 | 415 | 421 | 422 | 429 | 500 | 503

/** What was thrown, as a status and an answer. An error that is not ours says nothing of the inside. */
export function toErrorAnswer(error: unknown): { readonly status: ErrorStatus; readonly answer: ErrorAnswer } {
  if (!(error instanceof HostvitalsError)) {
    return {
      status: 500,
      answer: { error: 'the dashboard failed to answer', nextStep: 'its log says why; please report it' },
    }
  }
  const { message, nextStep = 'see the log of hostvitals' } = error
  const nearest = error instanceof UnknownNameError && error.nearest.length > 0 ? { nearest: error.nearest } : {}
  return { status: statusOf(error), answer: { error: message, nextStep, ...nearest } }
}

function statusOf(error: HostvitalsError): ErrorStatus {
  if (error instanceof UnknownNameError) return 404
  if (error instanceof LimitError) return 422
  if (error instanceof UsageError || error instanceof ConfigurationError) return 400
  if (error instanceof StoreUnavailableError || error instanceof StoreConfigurationError) return 503
  return 500
}
