import type { DeadLetterReason } from '../../store/ingest/understand.ts'

const every: Readonly<Record<DeadLetterReason, true>> = {
  undecodable: true,
  batch: true,
  limits: true,
  ahead: true,
  conflict: true,
  foreign: true,
  'bad-value': true,
}

/** Why records are set aside, as `--reason` takes it. */
export const deadLetterReasons: readonly string[] = Object.keys(every)
