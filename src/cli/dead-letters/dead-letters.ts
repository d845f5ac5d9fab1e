import { listDeadLetters, type ListedDeadLetter } from '../../query/status/dead-letters.ts'
import { UsageError } from '../../runtime/errors.ts'
import { openStore } from '../../store/open-store.ts'
import type { CommandIo } from '../io.ts'
import { printableJson } from '../text/printable.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'
import { formatTable } from '../text/table.ts'
import { formatValue } from '../text/units.ts'

/** What `hostvitals dead-letters list` was given. */
export interface DeadLettersOptions extends StoreOptions {
  readonly reason?: string
  readonly limit: number
  readonly json?: boolean
}

/** Prints the records that were set aside, the newest first, without their bytes. */
export async function runDeadLettersList(options: DeadLettersOptions, io: CommandIo): Promise<number> {
  await using store = await openStore(await findExistingStore(options, io), { durable: false })
  const { reason, limit } = options
  const letters = await listDeadLetters(store, { limit: limit + 1, ...(reason === undefined ? {} : { reason }) })
  const shown = letters.slice(0, limit)
  const isComplete = letters.length <= limit
  if (options.json === true) {
    io.stdout.write(`${printableJson({ deadLetters: shown, isComplete })}\n`)
    return 0
  }
  if (shown.length === 0) {
    io.stdout.write(`  no dead letters${reason === undefined ? '' : ` of the reason ${reason}`}\n`)
    return 0
  }
  const rows = shown.map((letter) => [
    letter.id,
    letter.at.slice(0, 19).replace('T', ' '),
    letter.reason,
    sourceOf(letter),
    formatValue(letter.payloadBytes, 'By'),
    letter.error.length > 100 ? `${letter.error.slice(0, 99)}…` : letter.error,
  ])
  io.stdout.write(formatTable(['id', 'at (utc)', 'reason', 'from', 'size', 'error'], rows))
  if (!isComplete) io.stdout.write(`  there are more: --limit ${limit * 10} lists further\n`)
  return 0
}

/** An id as typed; throws UsageError. */
export function parseDeadLetterId(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text)
  throw new UsageError(`'${text}' is no dead letter's id`, { nextStep: 'hostvitals dead-letters list tells the ids' })
}

/** Whose it is, or where it stood in Kafka. */
function sourceOf({ agentUid, run, seq, topic, partition, offset }: ListedDeadLetter): string {
  if (agentUid !== null) return `${agentUid.slice(0, 8)} run ${run ?? '?'} seq ${seq ?? '?'}`
  return topic === null ? 'unknown' : `${topic}[${partition ?? '?'}]@${offset ?? '?'}`
}
