import { loadConfiguration } from '../config/load.ts'
import { systemClock } from '../runtime/clock.ts'
import { UsageError } from '../runtime/errors.ts'
import { openStore } from '../store/open-store.ts'
import { currentFloor, type OldPart, oldParts } from '../store/retention/drop-old.ts'
import { keptSince, type Retention, usualRetention } from '../store/retention/keep-until.ts'
import { pruneOnce } from '../store/retention/prune-once.ts'
import type { MetricStore } from '../store/store.ts'
import type { CommandIo } from './io.ts'
import { findExistingStore, type StoreOptions } from './store-option.ts'
import { counted } from './text/counted.ts'
import { formatTable } from './text/table.ts'
import { formatValue } from './text/units.ts'

/** What `hostvitals prune` was given. */
export interface PruneOptions extends StoreOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** Drops what is older than `retention` says, or only says what that is. Throws StoreUnavailableError and StoreConfigurationError. */
export async function runPrune(options: PruneOptions, io: CommandIo): Promise<number> {
  const retention = await readRetention(options, io)
  await using store = await openStore(await findExistingStore(options, io), { durable: true })
  const parts =
    options.dryRun === true
      ? await wouldGo(store, retention)
      : await pruneOnce({
          store,
          retention,
          clock: systemClock,
          signal: io.signal,
          waiting: (seconds) =>
            void io.stderr.write(
              `  the oldest day has moved on: in ${seconds} s no batch under way can meet what goes\n`,
            ),
        })
  const document = { store: store.label, dryRun: options.dryRun === true, parts: parts.map(toDocument) }
  io.stdout.write(options.json === true ? `${JSON.stringify(document)}\n` : page(store, parts, options.dryRun === true))
  return 0
}

/**
 * `retention` of the configuration. Without one the usual, but of another database than that of `up` here nobody knows
 * then how long it keeps what: throws UsageError.
 */
async function readRetention({ store, config }: StoreOptions, io: CommandIo): Promise<Retention> {
  const { consumer } = await loadConfiguration({
    folder: config,
    needs: [],
    wants: ['consumer'],
    env: io.env,
    cwd: io.cwd,
  })
  if (consumer === undefined && store !== undefined) {
    throw new UsageError('nothing says how long this database keeps what', {
      nextStep: 'name the folder of its consumer.config.ts by --config: its `retention` says it',
    })
  }
  return consumer?.retention ?? usualRetention
}

async function wouldGo(store: MetricStore, retention: Retention): Promise<readonly OldPart[]> {
  const nowMs = systemClock.now()
  const { raw } = await keptSince(store, retention, nowMs)
  const floorMs = Math.max(await currentFloor(store), raw ?? Number.NEGATIVE_INFINITY)
  return oldParts(store, retention, { nowMs, floorMs })
}

function toDocument(part: OldPart) {
  const { kind, tier, table } = part
  return part.kind === 'partition'
    ? { kind, tier, table, name: part.name, bytes: part.bytes ?? null }
    : { kind, tier, table, before: new Date(part.beforeMs).toISOString() }
}

function page(store: MetricStore, parts: readonly OldPart[], isDryRun: boolean): string {
  if (parts.length === 0) return `  ${store.label}: nothing is older than what is kept\n`
  const rows = parts.map((part) =>
    part.kind === 'partition'
      ? [part.tier, part.table, part.name, part.bytes === undefined ? '–' : formatValue(part.bytes, 'By')]
      : [part.tier, part.table, `rows before ${new Date(part.beforeMs).toISOString().slice(0, 10)}`, '–'],
  )
  const said = isDryRun ? 'would go' : 'gone'
  return `  ${store.label}: ${counted(parts.length, 'part')} ${said}\n${formatTable(['tier', 'table', 'what', 'size'], rows)}`
}
