import { loadConfiguration } from '../config/load.ts'
import { systemClock } from '../runtime/clock.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { migrate, migrationPlan } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import type { RawDays } from '../store/partitions.ts'
import { schemaStatus } from '../store/schema-status.ts'
import { pruneOnce } from '../store/retention/prune-once.ts'
import { type Retention, usualRetention } from '../store/retention/keep-until.ts'
import type { MetricStore } from '../store/store.ts'
import { counted } from './text/counted.ts'
import type { CommandIo } from './io.ts'
import { findStoreLocation, type StoreOptions, takeOwnStore } from './store-option.ts'

/** What `hostvitals migrate` was given. */
export interface MigrateOptions extends StoreOptions {
  readonly status?: boolean
  readonly plan?: boolean
  readonly json?: boolean
}

/** Brings the schema up to date, or says what is applied (`--status`), or prints the SQL (`--plan`). */
export async function runMigrate(options: MigrateOptions, io: CommandIo): Promise<number> {
  const onlyLooks = options.status === true || options.plan === true
  const own = onlyLooks ? takeOwnStore(options, io) : undefined
  const { retention, isCheck } =
    own === undefined ? await readSettings(options, io) : { retention: usualRetention, isCheck: false }
  const days: RawDays = { nowMs: systemClock.now(), rawRetentionMs: retention.rawMs }
  await using store = await openStore(own ?? (await findStoreLocation(options, io)), { durable: true })
  const say = (document: object, text: string): void =>
    void io.stdout.write(options.json === true ? `${JSON.stringify(document)}\n` : text)
  if (options.status === true) {
    const { current, pending } = await schemaStatus(store)
    say(
      { store: store.label, current: current ?? null, pending },
      `  ${store.label}: at ${current ?? 'nothing yet'}; ${pending.length === 0 ? 'nothing to do' : `to do: ${pending.join(', ')}`}\n`,
    )
  } else if (options.plan === true) {
    const statements = await migrationPlan(store, days)
    say(
      { store: store.label, statements },
      statements.length === 0
        ? '-- nothing to do\n'
        : statements.map((statement) => `${statement.trim().replace(/;$/, '')};\n`).join('\n'),
    )
  } else {
    const applied = await migrate(store, days, ignoreEvents)
    const dropped = isCheck ? await dropOldParts(store, retention, io) : 0
    say(
      { store: store.label, applied, dropped },
      `  ${store.label}: ${applied.length === 0 ? 'was up to date' : `applied ${applied.join(', ')}`}${
        dropped === 0 ? '' : `; dropped ${counted(dropped, 'part')} older than what is kept`
      }\n`,
    )
  }
  return 0
}

/** What no consumer may drop that only checks the schema. */
async function dropOldParts(store: MetricStore, retention: Retention, io: CommandIo): Promise<number> {
  const waiting = (seconds: number): void =>
    void io.stderr.write(`  the oldest day has moved on: in ${seconds} s no batch under way can meet what goes\n`)
  return (await pruneOnce({ store, retention, clock: systemClock, signal: io.signal, waiting })).length
}

/** How long what is kept, and whether consumers leave the schema to this command: as the configuration says, where there is one. */
async function readSettings(options: StoreOptions, io: CommandIo) {
  if (options.store !== undefined) return { retention: usualRetention, isCheck: false }
  const { consumer } = await loadConfiguration({
    folder: options.config,
    needs: ['consumer'],
    env: io.env,
    cwd: io.cwd,
  })
  return { retention: consumer.retention, isCheck: consumer.migrate === 'check' }
}
