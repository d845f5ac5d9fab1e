import { join, resolve } from 'node:path'
import { defaultConsumer, defaultProducer } from '../config/defaults.ts'
import { defaultDataFolder } from '../config/state-folder.ts'
import { Embedded } from '../embedded.ts'
import { host } from '../host/index.ts'
import { describeThisHost } from '../this-host.ts'
import { readVersion } from '../runtime/version.ts'
import { lossesOf } from '../vitals/losses.ts'
import { parseDurationOption } from './duration-option.ts'
import type { CommandIo } from './io.ts'
import { loadTold } from './load-told.ts'
import { LiveLine } from './live-line.ts'
import { openStore } from '../store/open-store.ts'
import type { StoreLocation } from '../store/store-location.ts'
import { openDashboard } from './dashboard.ts'
import { openRole, type RoleOptions } from './role.ts'
import { type RootOptions, rootsOf } from './root-options.ts'
import { RoleWatch } from './role-watch.ts'
import { storeFromUrl } from './store-option.ts'

/** What `hostvitals up` was given. */
export interface UpOptions extends RoleOptions, RootOptions {
  readonly data?: string
  readonly port?: number
  readonly interval?: string
  readonly store?: string
}

const flushMs = 10_000
const portsTried = 50

/** Measures this host and keeps it here until Ctrl-C, SIGTERM or `--for`; flushed at the end. Returns the exit code. */
export async function runUp(options: UpOptions, io: CommandIo): Promise<number> {
  const loaded = await loadTold({ folder: options.config, needs: [], wants: ['producer', 'consumer'] }, io)
  const producer = loaded.producer ?? defaultProducer(host())
  const folder = options.data === undefined ? defaultDataFolder(io.cwd) : resolve(io.cwd, options.data)
  const file = join(folder, 'metrics.db')
  const { retention, dashboard } = loaded.consumer ?? (await defaultConsumer(file))
  const location: StoreLocation =
    options.store === undefined ? { kind: 'sqlite', file } : storeFromUrl(options.store, io.cwd)
  const live = new LiveLine(io.stdout)
  const intervalMs =
    options.interval === undefined ? producer.intervalMs : parseDurationOption('--interval', options.interval)
  const { seams: unwatched, begin, exitCode } = openRole(options, producer.logLevel, io, () => live.clear())
  await using watch = await RoleWatch.begin(
    {
      role: 'up',
      parts: ['agent', 'ingest'],
      needs: ['database', 'spool'],
      intervalMs,
      port: options.healthPort,
      listen: producer.health ?? loaded.consumer?.health,
    },
    unwatched,
  )
  const { seams, vitals } = watch
  const roots = rootsOf(options)
  const thisHost = await describeThisHost(producer.host, roots, loaded.env)
  await using embedded = await Embedded.open(
    {
      agent: {
        ...producer,
        ...thisHost,
        intervalMs,
        vitals,
        stateFolder: folder,
        roots,
        onRound: (round) => {
          const figures = live.next(round)
          if (figures === undefined) return
          if (io.stdout.isTTY === true) live.show(round.timeMs, figures)
          else seams.emit('host.figures', { ...figures, samples: round.samples.length })
        },
      },
      store: location,
      retention,
    },
    seams,
  )
  const { agent, store } = embedded
  // A connection of its own: what a page asks for never holds up what is stored.
  await using pages = await openStore(location, { durable: false, isReader: true })
  await using server = await openDashboard(
    {
      config: dashboard,
      store: pages,
      port: options.port,
      orNext: portsTried,
      askWay: async () => ({ spool: agent.spool.depth }),
    },
    seams,
  )
  const metrics =
    loaded.producer === undefined
      ? 'the standard metrics (`hostvitals init` writes a configuration)'
      : `${producer.metrics.length} metrics of ${loaded.files.producer}`
  seams.emit('role.started', {
    role: 'up',
    version: readVersion(),
    facts: `host ${agent.name} (${agent.identity.agentUid}), ${metrics}, every ${options.interval ?? `${producer.intervalMs / 1000}s`} into ${store.label}, dashboard at ${server.url}`,
  })
  const { storedRecords, storedSamples, spooledRecords } = await embedded.run(begin(), flushMs)
  const left = spooledRecords === 0 ? [] : [`${spooledRecords} records wait in the spool for the next start`]
  seams.emit('role.stopped', {
    role: 'up',
    facts: `flushed, ${storedRecords} records with ${storedSamples} samples stored, ${[...left, lossesOf(vitals)].join(', ')}`,
  })
  return exitCode()
}
