import { defaultDataFolder, defaultStateFolder } from '../../config/state-folder.ts'
import { defaultProducer } from '../../config/defaults.ts'
import { ConfigurationFaultsError, placeOf } from '../../config/fault.ts'
import { configurationKinds } from '../../config/find-files.ts'
import { loadConfiguration, type LoadedConfiguration } from '../../config/load.ts'
import { host } from '../../host/index.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Disk } from '../../runtime/disk.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import type { Random } from '../../runtime/random.ts'
import type { StoreLocation } from '../../store/store-location.ts'
import { describeThisHost } from '../../this-host.ts'
import type { CommandIo } from '../io.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'
import { counted } from '../text/counted.ts'
import { examineDatabase } from './examine-database.ts'
import { examineDisk } from './examine-disk.ts'
import { examineKafka } from './examine-kafka.ts'
import { examineMetrics, type MeasuredRound } from './examine-metrics.ts'
import { finding, type Finding } from './finding.ts'
import { sendAndFind, type SendQuestion } from './send-and-find.ts'

/** What is looked at, and whether a round is sent. */
export interface WayOptions extends StoreOptions {
  readonly send?: boolean
}

/** What it looks with. */
export interface DoctorSeams {
  readonly clock: Clock
  readonly disk: Disk
  readonly random: Random
}

const hereRoots = { proc: '/proc', sys: '/sys', root: '/' }

/** Looks at each hop in the order of the way, and sends where that is asked for and nothing stands in the way of it. */
export async function* examineWay(options: WayOptions, io: CommandIo, seams: DoctorSeams): AsyncGenerator<Finding> {
  const hops = examineHops(options, io, seams)
  let isPassable = true
  let step = await hops.next()
  for (; step.done !== true; step = await hops.next()) {
    isPassable &&= step.value.state !== 'problem' && step.value.state !== 'todo'
    yield step.value
  }
  if (options.send !== true) return
  if (step.value === undefined) {
    yield finding('send', 'unchecked', 'nothing was sent: it takes a kafka.config.ts and a producer.config.ts')
  } else if (!isPassable) yield finding('send', 'unchecked', 'nothing was sent: mend the above first')
  else yield* sendAndFind({ ...step.value, ...seams, signal: io.signal })
}

type Sendable = Pick<SendQuestion, 'kafka' | 'location' | 'measured' | 'hostName'>

/** What is known of one hop decides what is looked at in the next. Returns what a round needs that is to be sent. */
async function* examineHops(
  options: WayOptions,
  io: CommandIo,
  seams: DoctorSeams,
): AsyncGenerator<Finding, Sendable | undefined> {
  const loaded = await load(options, io)
  if (loaded instanceof ConfigurationFaultsError) {
    for (const fault of loaded.faults) {
      yield finding('config', 'problem', `${placeOf(fault)}: ${fault.problem}`, { nextStep: fault.nextStep })
    }
    return undefined
  }
  yield configFinding(loaded)
  for (const { problem, nextStep } of loaded.warnings) yield finding('config', 'note', problem, { nextStep })
  const { kafka, producer, consumer, env } = loaded
  const isAgent = producer !== undefined || loaded.source === 'none'
  const { host: configured } = producer ?? defaultProducer([])
  const { machine } = await describeThisHost(configured, hereRoots, env)
  const hostName = configured.name ?? machine.name
  const measured = isAgent ? await measure(loaded, { hostName, signal: io.signal }, seams) : undefined
  if (measured !== undefined) yield measured.finding
  if (kafka !== undefined) {
    const isBoth = producer === undefined && consumer === undefined
    const use = { isWritten: isBoth || producer !== undefined, isRead: isBoth || consumer !== undefined }
    yield* examineKafka({ kafka, use, clock: seams.clock })
  }
  const location = await databaseOf(options, loaded, io)
  if (location instanceof HostvitalsError) {
    yield finding('database', 'todo', location.message, { nextStep: location.nextStep ?? null })
  } else if (location === undefined) {
    const text =
      loaded.source === 'none'
        ? 'none here yet: `hostvitals up` makes one'
        : 'not looked at: no consumer.config.ts here, and no --store'
    yield finding('database', 'unchecked', text)
  } else yield* examineDatabase(location, seams.clock)
  if (measured !== undefined) {
    const { spool } = producer ?? defaultProducer([])
    const { bytesPerSecond } = measured
    yield* examineDisk({ stateFolder: stateFolderOf(loaded, io), spool, bytesPerSecond, disk: seams.disk })
  }
  if (kafka === undefined || measured === undefined) return undefined
  return { kafka, location: location instanceof HostvitalsError ? undefined : location, measured, hostName }
}

async function load({ config }: WayOptions, io: CommandIo): Promise<LoadedConfiguration | ConfigurationFaultsError> {
  try {
    return await loadConfiguration({ folder: config, needs: [], wants: configurationKinds, env: io.env, cwd: io.cwd })
  } catch (error) {
    if (error instanceof ConfigurationFaultsError) return error
    throw error
  }
}

function configFinding({ files, folder, source, producer }: LoadedConfiguration): Finding {
  if (source === 'none') return finding('config', 'ok', 'none here: `hostvitals up` needs none')
  const names = Object.keys(files).map((kind) => `${kind}.config`)
  const metrics = producer === undefined ? '' : `, ${counted(producer.metrics.length, 'metric')}`
  return finding('config', 'ok', `${names.join(', ')} in ${folder}${metrics}`)
}

async function measure(
  { producer }: LoadedConfiguration,
  { hostName, signal }: { readonly hostName: string; readonly signal: AbortSignal },
  { clock }: DoctorSeams,
): Promise<MeasuredRound> {
  const { metrics, intervalMs } = producer ?? defaultProducer(host())
  return examineMetrics({ metrics, intervalMs, hostName, clock, signal })
}

/** Undefined where nothing here says which; the error where it is said and not there. */
async function databaseOf(
  options: WayOptions,
  { consumer, source }: LoadedConfiguration,
  io: CommandIo,
): Promise<StoreLocation | HostvitalsError | undefined> {
  if (options.store === undefined && consumer === undefined && source !== 'none') return undefined
  try {
    return await findExistingStore(options, io)
  } catch (error) {
    if (error instanceof ConfigurationFaultsError) return undefined
    if (error instanceof HostvitalsError) return error
    throw error
  }
}

/** Without a configuration that of `up`. */
function stateFolderOf({ producer, source, env }: LoadedConfiguration, { cwd }: CommandIo): string {
  if (producer?.stateFolder !== undefined) return producer.stateFolder
  return source === 'none' ? defaultDataFolder(cwd) : defaultStateFolder(env)
}
