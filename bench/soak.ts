// The whole way for a while, as a team runs it: a real broker, a real database, `produce` at one second and `consume`.
// Prints one JSON document; exit 1 when what the spool accepted and what the database has are not the same:
//   npm run soak -- [--store postgres|mysql|mariadb|sqlite] [--minutes 5]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeConfiguration } from '../test/support/configuration-files.ts'
import { ownServerDatabase, ownSqlite, serversOfDatabases, type OwnDatabase } from '../test/support/own-database.ts'
import { startProgram } from '../test/support/program.ts'
import { readmeStatements } from '../test/support/readme-blocks.ts'
import { Servers } from '../test/support/servers.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { until } from '../test/support/until.ts'
import { acceptedRecords, type Accepted } from './accepted-records.ts'
import { isStoreName, storeNames, type StoreName } from './fresh-store.ts'

const metrics = `
    host(),
    gauge('cpu.percent', cpuPercent),
    gauge('disk.usage.percent', () => diskUsage('/').percent),
    timer('api.health', () => new Promise((resolve) => setTimeout(resolve, 5))),`

// What the consumer says of itself was accepted by no spool.
const consumer = '  ownVitals: false,\n'

const names = { postgres: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const

async function databaseOf(store: StoreName, servers: Servers): Promise<OwnDatabase> {
  if (store === 'sqlite') return ownSqlite('soak')
  const name = names[store]
  return ownServerDatabase(name, await servers.address(serversOfDatabases[name]))
}

/** What the database has of each run: different records, and all samples; a sample that was stored twice counts twice. */
async function storedRecords(database: OwnDatabase): Promise<ReadonlyMap<string, Accepted>> {
  const schema = database.name === 'PostgreSQL' ? 'hostvitals.' : ''
  // A run is a number of 63 bits: as text it keeps them all.
  const text = database.location.kind === 'mysql' ? 'char(20)' : 'text'
  const rows = await database.sql(
    `SELECT cast(r.run AS ${text}) AS run, count(DISTINCT s.seq) AS records, sum(s.samples) AS samples
       FROM (SELECT p.run_id, p.seq, l.size AS samples FROM ${schema}scrape p JOIN ${schema}layout l ON l.layout_id = p.layout_id
             UNION ALL SELECT run_id, seq, 1 FROM ${schema}histogram) s
       JOIN ${schema}agent_run r ON r.run_id = s.run_id
      GROUP BY r.run`,
  )
  return new Map(
    rows.map(({ run, records, samples }) => [String(run), { records: Number(records), samples: Number(samples) }]),
  )
}

function sumOf(runs: ReadonlyMap<string, Accepted>): Accepted {
  const all = [...runs.values()]
  return {
    records: all.reduce((sum, { records }) => sum + records, 0),
    samples: all.reduce((sum, { samples }) => sum + samples, 0),
  }
}

async function soak(store: StoreName, minutes: number, servers: Servers): Promise<boolean> {
  await using folder = await temporaryFolder('hostvitals-soak')
  await using database = await databaseOf(store, servers)
  const topic = `soak_${Date.now()}`
  const brokers = await servers.address('kafkaBrokers')
  await writeConfiguration(folder.path, {
    brokers,
    topic,
    database,
    metrics,
    hostName: 'soak',
    interval: '1s',
    consumer,
  })
  await using consume = startProgram(['consume'], { cwd: folder.path })
  await using produce = startProgram(['produce', '--for', `${Math.round(minutes * 60)}s`], { cwd: folder.path })
  const { code, stdout, stderr } = await produce.ending(minutes * 60_000 + 60_000)
  if (code !== 0) throw new Error(`produce ended with ${String(code)}:\n${stdout}${stderr}`)
  const accepted = await acceptedRecords(join(folder.path, 'state/spool'))
  const allRecords = sumOf(accepted).records
  // What does not come within half a minute is told as a difference.
  const arrived = async () => sumOf(await storedRecords(database)).records >= allRecords || undefined
  await until('all records', arrived, 30_000).catch(() => undefined)
  const consumed = await consume.stop()
  const stored = await storedRecords(database)
  const runs = [...new Set([...accepted.keys(), ...stored.keys()])].map((run) => ({
    run,
    accepted: accepted.get(run),
    stored: stored.get(run),
  }))
  const rowsOfReadmeSql: Record<string, number> = {}
  for (const [comment, sql] of readmeStatements(store)) rowsOfReadmeSql[comment] = (await database.sql(sql)).length
  const gaps = rowsOfReadmeSql['records that are missing, and why']
  const deadLetters = rowsOfReadmeSql['records that could not be stored']
  const isEqual = runs.every(
    (run) => run.accepted?.records === run.stored?.records && run.accepted?.samples === run.stored?.samples,
  )
  const isRight = allRecords > 0 && isEqual && gaps === 0 && deadLetters === 0
  const report = {
    store,
    minutes,
    isRight,
    runs,
    gaps,
    deadLetters,
    rowsOfReadmeSql,
    // Lines of JSON, the last of which says what it did.
    consumer: (JSON.parse(consumed.stdout.trimEnd().split('\n').at(-1) ?? '{}') as { readonly msg?: string }).msg,
  }
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  return isRight
}

const { values } = parseArgs({
  options: { store: { type: 'string', default: 'sqlite' }, minutes: { type: 'string', default: '5' } },
})
if (!isStoreName(values.store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
const servers = new Servers()
try {
  process.exitCode = (await soak(values.store, Number(values.minutes), servers)) ? 0 : 1
} finally {
  await servers.stop()
}
