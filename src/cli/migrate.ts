import { loadConfiguration } from '../config/load.ts'
import { systemClock } from '../runtime/clock.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { migrate, migrationPlan } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import type { RawDays } from '../store/partitions.ts'
import { schemaStatus } from '../store/schema-status.ts'
import type { CommandIo } from './io.ts'
import { findStoreLocation, type StoreOptions } from './store-option.ts'

/** What `hostvitals migrate` was given. */
export interface MigrateOptions extends StoreOptions {
  readonly status?: boolean
  readonly plan?: boolean
  readonly json?: boolean
}

const defaultRawMs = 14 * 86_400_000

/** Brings the schema up to date, or says what is applied (`--status`), or prints the SQL (`--plan`). */
export async function runMigrate(options: MigrateOptions, io: CommandIo): Promise<number> {
  const days: RawDays = { nowMs: systemClock.now(), rawRetentionMs: await rawRetention(options, io) }
  await using store = await openStore(await findStoreLocation(options, io), { durable: true })
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
    say(
      { store: store.label, applied },
      `  ${store.label}: ${applied.length === 0 ? 'was up to date' : `applied ${applied.join(', ')}`}\n`,
    )
  }
  return 0
}

/** How far back days are made: as the configuration says, where there is one. */
async function rawRetention({ store, config }: StoreOptions, io: CommandIo): Promise<number> {
  if (store !== undefined) return defaultRawMs
  const { consumer } = await loadConfiguration({ folder: config, needs: ['consumer'], env: io.env, cwd: io.cwd })
  return consumer.retention.rawMs
}
