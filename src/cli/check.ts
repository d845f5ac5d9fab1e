import type { ConfigurationKind } from '../config/define.ts'
import { ConfigurationFaultsError, type Fault } from '../config/fault.ts'
import { configurationKinds } from '../config/find-files.ts'
import { hostUidOf } from '../config/host-uid.ts'
import type { ImportModule } from '../config/import-file.ts'
import { loadConfiguration, type LoadedConfiguration } from '../config/load.ts'
import { resourceAttributesOf } from '../config/resource-attributes.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { formatDuration } from '../runtime/duration.ts'
import { intervalOf } from '../sampling/scrape.ts'
import type { CommandIo } from './io.ts'
import { formatFaults, formatWarnings } from './print-faults.ts'
import { formatTable } from './text/table.ts'

/** Options of `hostvitals check`. */
export interface CheckOptions {
  readonly config?: string
  readonly json?: boolean
}

/** One metric as `check` lists it. */
interface ListedMetric {
  readonly name: string
  readonly kind: string
  readonly intervalMs: number
  readonly definedAt: string | undefined
}

/**
 * Loads whichever of the three files exist and lists what they say, or every fault of all of them: exit 0 or 78.
 * `importModule` is Node's own unless a test runs under another loader.
 */
export async function runCheck(options: CheckOptions, io: CommandIo, importModule?: ImportModule): Promise<number> {
  try {
    const loaded = await loadConfiguration({
      folder: options.config,
      needs: [],
      wants: configurationKinds,
      env: io.env,
      cwd: io.cwd,
      importModule,
    })
    if (Object.keys(loaded.files).length === 0) throw nothingToCheck(loaded.folder)
    if (loaded.producer !== undefined) checkEnvironment(loaded)
    io.stdout.write(options.json === true ? `${JSON.stringify(documentOf(loaded))}\n` : pageOf(loaded))
    if (options.json !== true) io.stderr.write(formatWarnings(loaded.warnings))
    return 0
  } catch (error) {
    if (!(error instanceof ConfigurationFaultsError)) throw error
    if (options.json === true) io.stdout.write(`${JSON.stringify({ ok: false, faults: error.faults })}\n`)
    else io.stderr.write(formatFaults(error.faults))
    return error.exitCode
  }
}

function nothingToCheck(folder: string): ConfigurationFaultsError {
  const fault: Fault = {
    file: folder,
    problem: `there is no configuration in ${folder}`,
    nextStep: 'hostvitals init writes one; --config DIR names another folder; hostvitals up needs none.',
  }
  return new ConfigurationFaultsError([fault])
}

/** What an agent would refuse of the environment, though no file is to blame. */
function checkEnvironment({ folder, env }: LoadedConfiguration): void {
  try {
    hostUidOf(env)
    resourceAttributesOf(env)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const nextStep = error.nextStep ?? ''
    throw new ConfigurationFaultsError([{ file: folder, problem: `environment: ${error.message}`, nextStep }], {
      cause: error,
    })
  }
}

function documentOf(loaded: LoadedConfiguration): object {
  const { folder, source, files, warnings } = loaded
  return { ok: true, folder, source, files, warnings, metrics: metricsOf(loaded), settings: settingsOf(loaded) }
}

function metricsOf({ producer }: LoadedConfiguration): readonly ListedMetric[] {
  return (producer?.metrics ?? []).map((metric) => ({
    name: metric.name,
    kind: metric.kind ?? 'group',
    intervalMs: intervalOf(metric, producer?.intervalMs ?? 0),
    definedAt: metric.definedAt,
  }))
}

/** The configurations without the metrics, which are listed on their own. Secrets print as `***` by themselves. */
function settingsOf({ kafka, producer, consumer }: LoadedConfiguration): Partial<Record<ConfigurationKind, object>> {
  const { metrics: _listed, ...rest } = producer ?? {}
  return {
    ...(kafka === undefined ? {} : { kafka }),
    ...(producer === undefined ? {} : { producer: rest }),
    ...(consumer === undefined ? {} : { consumer }),
  }
}

function pageOf(loaded: LoadedConfiguration): string {
  const metrics = metricsOf(loaded)
  const rows = metrics.map((each) => [
    each.name,
    each.kind,
    formatDuration(each.intervalMs),
    each.definedAt ?? 'built in',
  ])
  const plain: unknown = JSON.parse(JSON.stringify(settingsOf(loaded)))
  const parts = [
    `✓ ${Object.keys(loaded.files)
      .map((kind) => `${kind}.config`)
      .join(', ')} in ${loaded.folder}\n`,
    formatTable(['setting', 'value'], flatten(plain, '')),
    ...(metrics.length === 0 ? [] : [formatTable(['metric', 'kind', 'every', 'from'], rows)]),
  ]
  return parts.join('\n')
}

/** `['kafka.tls.ca', '/etc/…']` of nested settings; milliseconds as durations, under the name that a person writes. */
function flatten(value: unknown, name: string): readonly (readonly [string, string])[] {
  if (typeof value === 'number' && name.endsWith('Ms')) return [[name.slice(0, -2), formatDuration(value)]]
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  if (Array.isArray(value)) return [[name, value.map((each) => textOf(each)).join(', ') || 'none']]
  const entries = Object.entries(value)
  if (entries.length === 0) return name === '' ? [] : [[name, '{}']]
  return entries.flatMap(([key, each]) => flatten(each, name === '' ? key : `${name}.${key}`))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
