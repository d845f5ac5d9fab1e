import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '../../src/cli/program.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { memoryIo } from './command-output.ts'
import { IngestWorld, restlessClock } from './ingest-world.ts'
import { temporaryFolder } from './temporary-folder.ts'

const dayMs = 24 * 3_600_000

/** Someone who types commands at a database. */
export interface Operator {
  readonly world: IngestWorld
  readonly nowMs: number
  readonly folder: string
  readonly run: (...args: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>
  /** A kafka.config.ts beside the database. */
  readonly writeConfiguration: (broker: string) => Promise<void>
}

/** A database where `up` keeps it, at the machine's own time, which is what the commands go by. */
export async function withDatabase(test: (operator: Operator) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder('operator')
  await mkdir(join(folder.path, '.hostvitals'))
  const file = join(folder.path, '.hostvitals', 'metrics.db')
  await using store = await openSqliteStore({ file, durable: false })
  const nowMs = Date.now()
  await migrate(store, { nowMs, rawRetentionMs: 14 * dayMs }, ignoreEvents)
  await test({
    world: new IngestWorld(store, { clock: restlessClock(nowMs) }),
    nowMs,
    folder: folder.path,
    run: async (...args) => {
      const io = memoryIo({ cwd: folder.path })
      const code = await runProgram([...args, '--store', `sqlite:${file}`], io)
      return { code, ...io.written }
    },
    writeConfiguration: async (broker) =>
      writeFile(join(folder.path, 'kafka.config.js'), kafkaConfiguration(broker), { mode: 0o600 }),
  })
}

function kafkaConfiguration(broker: string): string {
  return `import { defineKafka } from 'hostvitals'\nexport default defineKafka({ brokers: ['${broker}'] })\n`
}
