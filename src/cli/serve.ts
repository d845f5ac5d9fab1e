import { defaultConsumer } from '../config/defaults.ts'
import { readVersion } from '../runtime/version.ts'
import { openStore } from '../store/open-store.ts'
import { askWayBy } from './ask-way.ts'
import { openDashboard } from './dashboard.ts'
import type { CommandIo } from './io.ts'
import { loadTold } from './load-told.ts'
import { openRole, type RoleOptions } from './role.ts'
import { findExistingStore, type StoreOptions } from './store-option.ts'

/** What `hostvitals serve` was given. */
export interface ServeOptions extends StoreOptions, RoleOptions {
  readonly port?: number
  readonly listen?: string
}

/** Shows the dashboard over a database until Ctrl-C, SIGTERM or `--for`. Returns the exit code. */
export async function runServe(options: ServeOptions, io: CommandIo): Promise<number> {
  const location = await findExistingStore(options, io)
  const loaded = await loadTold({ folder: options.config, needs: [], wants: ['consumer', 'kafka'] }, io)
  const { dashboard, logLevel } = loaded.consumer ?? (await defaultConsumer('/'))
  const { seams, begin, exitCode } = openRole(options, logLevel, io)
  await using store = await openStore(location, { durable: false, isReader: true })
  await using server = await openDashboard(
    { config: dashboard, store, listen: options.listen, port: options.port, orNext: 0, askWay: askWayBy(loaded.kafka) },
    seams,
  )
  seams.emit('role.started', { role: 'serve', version: readVersion(), facts: `${store.label} at ${server.url}` })
  const signal = begin()
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
  seams.emit('role.stopped', { role: 'serve', facts: 'nothing is open any more' })
  return exitCode()
}
