import { systemClock } from '../../runtime/clock.ts'
import { loadConfiguration } from '../../config/load.ts'
import { readStatus } from '../../query/status.ts'
import { openStore } from '../../store/open-store.ts'
import type { CommandIo } from '../io.ts'
import { printableJson } from '../text/printable.ts'
import { askKafka } from './lag.ts'
import { toDocument } from './status-document.ts'
import { formatStatus } from './status-page.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'

/** What `hostvitals status` was given. */
export interface StatusOptions extends StoreOptions {
  readonly json?: boolean
  readonly all?: boolean
}

/**
 * Prints how the whole way is, from the database's side. Returns 0 when that could be read, however bad it is. Throws
 * StoreUnavailableError when the database is away; a Kafka that is away is one line.
 */
export async function runStatus(options: StatusOptions, io: CommandIo): Promise<number> {
  const location = await findExistingStore(options, io)
  const { kafka } = await loadConfiguration({
    folder: options.config,
    needs: [],
    wants: ['kafka'],
    env: io.env,
    cwd: io.cwd,
  })
  const nowMs = systemClock.now()
  await using store = await openStore(location, { durable: false })
  const [status, asked] = await Promise.all([readStatus(store, nowMs), askKafka(kafka, nowMs)])
  const document = toDocument({ store: store.label, nowMs, status, asked })
  io.stdout.write(
    options.json === true ? `${printableJson(document)}\n` : formatStatus(document, { all: options.all === true }),
  )
  return 0
}
