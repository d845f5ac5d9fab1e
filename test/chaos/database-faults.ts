import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { LostPart } from '../support/tcp-proxy.ts'
import type { DatabaseLine } from './database-under-test.ts'
import type { Fault } from './faults.ts'
import { pause } from './progress.ts'
import { sprung } from './sprung.ts'
import type { World } from './world.ts'

/** Every connection to the database ends. */
export const cutDatabase: Fault = async (world) => lineOf(world).proxy.cut()

/** The database can be reached no more, and nobody says so. */
export const freezeDatabase: Fault = async (world, { durationMs }) => {
  const { proxy } = lineOf(world)
  proxy.freeze()
  await pause(durationMs)
  proxy.thaw()
}

/** The connection ends exactly at a COMMIT: before the server has it, or after it and before its answer is back. */
export function cutAtCommit(lost: LostPart): Fault {
  return async (world) => {
    const { proxy, isCommit } = lineOf(world)
    await sprung(world, proxy.lose(lost, isCommit))
  }
}

/** `kill -9` of the whole server; it comes back on the same data. */
export const killDatabase: Fault = async ({ database: { server } }, { durationMs }, log) => {
  if (server === undefined) throw new Error('the server is not ours to kill')
  await server.kill()
  log.killed('database')
  await pause(durationMs)
  await server.start()
}

const lockProgram = `
  import { DatabaseSync } from 'node:sqlite'
  const database = new DatabaseSync(process.argv[1], { timeout: 60_000 })
  database.exec('BEGIN IMMEDIATE')
  console.log('locked')
  setInterval(() => undefined, 60_000)`

/** Another program holds the write lock of the file, and a consumer is killed while it waits. */
export const lockDatabase: Fault = async ({ database, consumers, claims }, { target, durationMs }, log) => {
  const { location } = database.own
  if (location.kind !== 'sqlite') throw new Error('it is no file')
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', lockProgram, location.file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(holder, 'close')
  await Promise.race([once(holder.stdout, 'data'), closed])
  await pause(durationMs / 2)
  {
    using claim = await claims.one(consumers, target)
    if (await claim.process.kill()) log.killed('consumer')
  }
  await pause(durationMs / 2)
  holder.kill('SIGKILL')
  await closed
}

function lineOf({ database }: World): DatabaseLine {
  if (database.line === undefined) throw new Error('there is no line to this database')
  return database.line
}
