import { parseDuration } from '../runtime/duration.ts'
import { HostvitalsError, UsageError } from '../runtime/errors.ts'

/** A duration as typed behind a flag, in milliseconds; throws UsageError that names the flag. */
export function parseDurationOption(flag: string, text: string): number {
  try {
    return parseDuration(text)
  } catch (cause) {
    if (!(cause instanceof HostvitalsError)) throw cause
    const nextStep = cause.nextStep === undefined ? {} : { nextStep: cause.nextStep }
    throw new UsageError(`${flag}: ${cause.message}`, { cause, ...nextStep })
  }
}
