import { dirname } from 'node:path'
import { readStorage, type StorageFigures, type StorageQuestion } from '../../query/status/storage.ts'
import { StoreConfigurationError } from '../../runtime/errors.ts'
import { nodeDisk } from '../../runtime/node-disk.ts'
import { usualRetention } from '../../store/retention/keep-until.ts'
import type { StoreLocation } from '../../store/store-location.ts'
import type { MetricStore } from '../../store/store.ts'
import { systemClock } from '../../runtime/clock.ts'
import { loadConfiguration } from '../../config/load.ts'
import { readStatus } from '../../query/status/status.ts'
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
  const { kafka, consumer } = await loadConfiguration({
    folder: options.config,
    needs: [],
    wants: ['kafka', 'consumer'],
    env: io.env,
    cwd: io.cwd,
  })
  const nowMs = systemClock.now()
  await using store = await openStore(location, { durable: false })
  const [status, asked] = await Promise.all([readStatus(store, nowMs), askKafka(kafka, nowMs)])
  const rawRetentionMs = (consumer?.retention ?? usualRetention).rawMs
  const storage = await askStorage(store, {
    sizes: status.sizes,
    nowMs,
    rawRetentionMs,
    freeBytes: await freeOf(location),
  })
  const document = toDocument({ store: store.label, nowMs, status, asked, storage })
  io.stdout.write(
    options.json === true ? `${printableJson(document)}\n` : formatStatus(document, { all: options.all === true }),
  )
  return 0
}

/** What is free on the disk of an SQLite file; of a server's disk nobody here knows. */
async function freeOf(location: StoreLocation): Promise<number | undefined> {
  if (location.kind !== 'sqlite') return undefined
  return (await nodeDisk.space(dirname(location.file))).freeBytes
}

/** Undefined where this user may not read it: the page says so with the other parts. */
async function askStorage(store: MetricStore, question: StorageQuestion): Promise<StorageFigures | undefined> {
  try {
    return await readStorage(store, question)
  } catch (error) {
    if (error instanceof StoreConfigurationError) return undefined
    throw error
  }
}
