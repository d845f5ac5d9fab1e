import { copyFile, cp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { When } from '@cucumber/cucumber'
import { askPostgres } from '../../support/postgres-database.ts'
import type { HostvitalsWorld } from '../support/world.ts'

When('the database is backed up', async function backUp(this: HostvitalsWorld) {
  const { location } = this.database
  if (location.kind === 'sqlite') {
    const database = new DatabaseSync(location.file, { timeout: 10_000 })
    try {
      database.exec(`VACUUM INTO '${location.file}.backup'`)
    } finally {
      database.close()
    }
    return
  }
  const { maintenance, name } = postgresAddress(location.url)
  await askPostgres(maintenance, `CREATE DATABASE ${name}_backup TEMPLATE ${name}`)
  this.keep({
    [Symbol.asyncDispose]: async () => {
      await askPostgres(maintenance, `DROP DATABASE ${name}_backup`)
    },
  })
})

When('the database is restored from its backup', async function restore(this: HostvitalsWorld) {
  const { location } = this.database
  this.momentMs = Date.now()
  if (location.kind === 'sqlite') {
    for (const suffix of ['', '-wal', '-shm']) await rm(`${location.file}${suffix}`, { force: true })
    await copyFile(`${location.file}.backup`, location.file)
    return
  }
  const { maintenance, name } = postgresAddress(location.url)
  await askPostgres(maintenance, `DROP DATABASE ${name}`)
  await askPostgres(maintenance, `CREATE DATABASE ${name} TEMPLATE ${name}_backup`)
})

When('the folder is cloned as {string}', async function clone(this: HostvitalsWorld, as: string) {
  const folder = await this.folder()
  this.readingsBeforeCloning = (await stat(join(folder, 'readings.txt'))).size
  for (const each of ['package.json', '.env', 'readings.txt', 'state']) await copy(folder, as, each)
  for (const each of ['kafka', 'producer', 'consumer']) await copy(folder, as, `${each}.config.ts`)
})

async function copy(folder: string, as: string, name: string): Promise<void> {
  await cp(join(folder, name), join(folder, as, name), { recursive: true })
}

function postgresAddress(url: string): { readonly maintenance: string; readonly name: string } {
  const maintenance = new URL(url)
  const name = maintenance.pathname.slice(1)
  maintenance.pathname = 'postgres'
  return { maintenance: maintenance.href, name }
}
