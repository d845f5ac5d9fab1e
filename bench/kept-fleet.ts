import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sql } from 'kysely'
import { openStore } from '../src/store/open-store.ts'
import type { MetricStore } from '../src/store/store.ts'
import type { StoreLocation } from '../src/store/store-location.ts'
import { askPostgres } from '../test/support/postgres-database.ts'
import { Servers } from '../test/support/servers.ts'
import { freshStore, isStoreName, storeNames, type StoreName } from './fresh-store.ts'
import { fleetIntervalMs, type FleetSize, seedFleet, uidOf } from './seed-fleet.ts'

/** A database with a fleet in it; gone at disposal, unless it is kept. */
export interface SeededFleet extends AsyncDisposable {
  readonly location: StoreLocation
  /** What the time is there: all hosts have just sent. */
  readonly nowMs: number
  readonly uids: readonly string[]
  /** Zero where it was there already. */
  readonly seedSeconds: number
}

/** What a bench is asked for. */
export interface FleetWanted extends FleetSize {
  readonly store: StoreName
  /** The name of a database on the server of `POSTGRES_URL`, or a file: filled where it is not there yet, and left there. */
  readonly keep?: string | undefined
}

/** The options by which a bench is asked for a fleet, as `parseArgs` takes them. */
export const fleetOptions = {
  store: { type: 'string', default: 'postgres' },
  hosts: { type: 'string', default: '1000' },
  hours: { type: 'string', default: '24' },
  days: { type: 'string', default: '365' },
  keep: { type: 'string' },
} as const

/** What was typed for them. Throws where there is no such store. */
export function fleetWanted(
  typed: Readonly<Record<'store' | 'hosts' | 'hours' | 'days', string>> & { readonly keep?: string | undefined },
): FleetWanted {
  const { store, keep } = typed
  if (!isStoreName(store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
  return { store, keep, hosts: Number(typed.hosts), hours: Number(typed.hours), days: Number(typed.days) }
}

/** Fills a database, or finds a kept one that was filled as is asked for now. Throws where it was filled otherwise. */
export async function seededFleet(wanted: FleetWanted, tell: (text: string) => void): Promise<SeededFleet> {
  await using opened = new AsyncDisposableStack()
  const servers = new Servers()
  opened.defer(() => servers.stop())
  const { keep } = wanted
  const kept = keep === undefined ? undefined : await keptStore(wanted.store, keep)
  const { location } = kept ?? opened.use(await freshStore(wanted.store, servers))
  const begunMs = performance.now()
  await using store = await openStore(location, { durable: false })
  const isThere = kept?.isThere === true
  if (!isThere) {
    await seedFleet(store, wanted, tell)
    await tidy(store)
  }
  const nowMs = await nowOf(store, wanted)
  const owned = opened.move()
  return {
    location,
    nowMs,
    uids: Array.from({ length: wanted.hosts }, (_, host) => uidOf(host)),
    seedSeconds: isThere ? 0 : Math.round((performance.now() - begunMs) / 1000),
    [Symbol.asyncDispose]: async () => owned[Symbol.asyncDispose](),
  }
}

async function keptStore(
  name: StoreName,
  keep: string,
): Promise<{ readonly location: StoreLocation; readonly isThere: boolean }> {
  if (name === 'sqlite') {
    const file = keep.endsWith('.db') ? resolve(keep) : join(resolve(keep), 'metrics.db')
    return { location: { kind: 'sqlite', file }, isThere: existsSync(file) }
  }
  const server = process.env['POSTGRES_URL']
  if (name !== 'postgres' || server === undefined || server === '' || !/^[a-z]\w*$/.test(keep)) {
    throw new Error('--keep takes a file with --store sqlite, or the name of a database on the server of POSTGRES_URL')
  }
  const found = await askPostgres(server, `select from pg_database where datname = '${keep}'`)
  if (found.length === 0) await askPostgres(server, `create database ${keep}`)
  const url = new URL(server)
  url.pathname = keep
  return { location: { kind: 'postgres', url: url.href }, isThere: found.length > 0 }
}

/** As a server does it by itself, in time: what was written and has not changed since is known to be whole, and counted. */
async function tidy({ database, schemaName }: MetricStore): Promise<void> {
  if (schemaName !== undefined) await sql`vacuum analyze`.execute(database)
}

/** Throws where another fleet is there than is asked for, or only a part of it. */
async function nowOf({ codec, database }: MetricStore, { hosts, hours }: FleetSize): Promise<number> {
  const { count, last } = await database
    .selectFrom('host')
    .select(({ fn }) => [fn.countAll().as('count'), fn.max('last_seen').as('last')])
    .executeTakeFirstOrThrow()
  const nowMs = Math.ceil((codec.timeMs(last) + 1) / fleetIntervalMs) * fleetIntervalMs
  const beginMs = nowMs - hours * 3_600_000
  const first = await database
    .selectFrom('scrape')
    .select('time')
    .where('time', '<', codec.time(beginMs + 2 * fleetIntervalMs))
    .orderBy('time')
    .limit(1)
    .executeTakeFirst()
  const firstMs = first === undefined ? 0 : codec.timeMs(first.time)
  if (Number(count) === hosts && Math.abs(firstMs - beginMs) < fleetIntervalMs) return nowMs
  throw new Error(`the kept database has not ${hosts} hosts and ${hours} hours: drop it, or give another name`)
}
