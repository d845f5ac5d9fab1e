/** Options of every error of ours. */
export interface HostvitalsErrorOptions {
  readonly cause?: unknown
  /** What the person should do next, one sentence. */
  readonly nextStep?: string
}

/**
 * The base of every error that hostvitals throws on purpose. The message says what happened and where; `nextStep` what to
 * do; `retryable` whether doing the same again may help; `cause` is what was caught. `docs/ERRORS.md` lists all codes.
 */
export abstract class HostvitalsError extends Error {
  abstract override readonly name: string
  abstract readonly code: `HOSTVITALS_${string}`
  /** Whether time alone may help. Fixed by class. */
  abstract readonly retryable: boolean
  /** The exit status when this ends a command: 1 failure, 2 usage, 69 a server is unavailable, 78 bad configuration. */
  abstract readonly exitCode: 1 | 2 | 69 | 78
  readonly nextStep: string | undefined

  constructor(message: string, options: HostvitalsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.nextStep = options.nextStep
  }
}

/** What a person wrote is wrong; every fault is listed, none is hidden by another. */
export class ConfigurationError extends HostvitalsError {
  override readonly name = 'ConfigurationError'
  override readonly code = 'HOSTVITALS_CONFIGURATION'
  override readonly retryable = false
  override readonly exitCode = 78
}

/** A command was typed wrongly. */
export class UsageError extends HostvitalsError {
  override readonly name = 'UsageError'
  override readonly code = 'HOSTVITALS_USAGE'
  override readonly retryable = false
  override readonly exitCode = 2
}

/** A file of the kernel or a captured record does not have the documented form. Names the file. */
export class FormatError extends HostvitalsError {
  override readonly name = 'FormatError'
  override readonly code = 'HOSTVITALS_FORMAT'
  override readonly retryable = false
  override readonly exitCode = 1
}

/** A record's bytes cannot be understood or break a limit: it becomes a dead letter, its neighbours do not. */
export class RecordError extends HostvitalsError {
  override readonly name = 'RecordError'
  override readonly code = 'HOSTVITALS_RECORD'
  override readonly retryable = false
  override readonly exitCode = 1
}

/** The state folder or the spool cannot be used: missing rights, read-only, another agent holds it. */
export class StateFolderError extends HostvitalsError {
  override readonly name = 'StateFolderError'
  override readonly code = 'HOSTVITALS_STATE_FOLDER'
  override readonly retryable = false
  override readonly exitCode = 1
}

/** The broker cannot be reached or is not ready. Retried for ever. */
export class BrokerUnavailableError extends HostvitalsError {
  override readonly name = 'BrokerUnavailableError'
  override readonly code = 'HOSTVITALS_BROKER_UNAVAILABLE'
  override readonly retryable = true
  override readonly exitCode = 69
}

/** The broker was reached and says no: wrong password, certificate, rights, missing topic. Retried for ever, told at once. */
export class BrokerRefusedError extends HostvitalsError {
  override readonly name = 'BrokerRefusedError'
  override readonly code = 'HOSTVITALS_BROKER_REFUSED'
  override readonly retryable = true
  override readonly exitCode = 69
}

/** The database is away, busy or full; nothing was stored; retried for ever. */
export class StoreUnavailableError extends HostvitalsError {
  override readonly name = 'StoreUnavailableError'
  override readonly code = 'HOSTVITALS_STORE_UNAVAILABLE'
  override readonly retryable = true
  override readonly exitCode = 69
}

/** The database lacks a right, a table or a partition, or is newer than the program: nothing was moved, a person must act. */
export class StoreConfigurationError extends HostvitalsError {
  override readonly name = 'StoreConfigurationError'
  override readonly code = 'HOSTVITALS_STORE_CONFIGURATION'
  override readonly retryable = false
  override readonly exitCode = 78
}

/** The database refuses a value: one record of the batch is to be set aside, the others stored. */
export class StoreBadValueError extends HostvitalsError {
  override readonly name = 'StoreBadValueError'
  override readonly code = 'HOSTVITALS_STORE_BAD_VALUE'
  override readonly retryable = false
  override readonly exitCode = 1
}

/** A row's key is there already: the batch is done again with comparison. Never leaves the store room. */
export class DuplicateRowError extends HostvitalsError {
  override readonly name = 'DuplicateRowError'
  override readonly code = 'HOSTVITALS_DUPLICATE_ROW'
  override readonly retryable = false
  override readonly exitCode = 1
}

/** A failure that has no better class, for instance a port in use. */
export class FailureError extends HostvitalsError {
  override readonly name = 'FailureError'
  override readonly code = 'HOSTVITALS_FAILURE'
  override readonly retryable = false
  override readonly exitCode = 1
}

/** The text of anything thrown, causes included, on one line: what a log line and a dead letter say. */
export function describeError(error: unknown): string {
  const parts: string[] = []
  for (let at: unknown = error, depth = 0; at !== undefined && depth < 5; depth++) {
    const text = textOf(at)
    if (text !== '' && !parts.some((part) => part.includes(text))) parts.push(text)
    at = at instanceof Error ? at.cause : undefined
  }
  return parts.join(': ').replaceAll(/\s+/g, ' ')
}

/** Some throw plain objects, and what a worker thread threw arrives as one. */
function textOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') {
    return thrown.message
  }
  return JSON.stringify(thrown) ?? typeof thrown
}
