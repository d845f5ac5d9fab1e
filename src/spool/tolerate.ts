import { describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'

/** Does what the spool can live without: a failure is told with `what` before its reason, and not thrown. */
export async function tolerate(emit: Emit, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    emit('spool.failed', { reason: `${what}: ${describeError(error)}` })
  }
}
