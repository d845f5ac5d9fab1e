import { pathToFileURL } from 'node:url'
import { describeError } from '../runtime/errors.ts'
import type { ConsumerConfig } from './consumer-config.ts'
import { defineName, type ConfigurationKind } from './define.ts'
import { withEnvFile, type Environment } from './environment.ts'
import { ConfigurationFaultsError, type Fault } from './fault.ts'
import { rightsWarnings } from './file-rights.ts'
import { configurationKinds, findFiles, type FoundFiles } from './find-files.ts'
import { importFile, type ImportModule } from './import-file.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { locateKey } from './locate-key.ts'
import { serveOwnName } from './own-name.ts'
import type { Place } from './place.ts'
import type { ProducerConfig } from './producer-config.ts'
import { schemaFaults, dotted, type SchemaFault } from './schema-faults.ts'
import { schemaOf } from './schemas.ts'
import { frameAt } from './source-text.ts'

/** What is to be loaded, and from where. */
export interface LoadOptions<Need extends ConfigurationKind = ConfigurationKind> {
  /** `--config DIR`, relative to `cwd`. */
  readonly folder?: string | undefined
  /** Those that must be there. */
  readonly needs: readonly Need[]
  /** Those that are loaded if they are there. */
  readonly wants?: readonly ConfigurationKind[]
  readonly env: Environment
  readonly cwd: string
  /** Looked at last. */
  readonly systemFolder?: string
  /** Node's own `import`, unless a test runs under another loader. */
  readonly importModule?: ImportModule | undefined
}

/** What was found, checked and completed. */
export interface LoadedConfiguration extends FoundFiles {
  /** With what `.env` in the folder added. */
  readonly env: Environment
  /** What is allowed but unsafe or unclear. */
  readonly warnings: readonly Fault[]
  readonly kafka?: KafkaConfig
  readonly producer?: ProducerConfig
  readonly consumer?: ConsumerConfig
}

/** A loaded configuration that has these kinds for certain. */
export type LoadedWith<Need extends ConfigurationKind> = LoadedConfiguration & Required<Pick<LoadedConfiguration, Need>>

/** Loads and checks the configuration. Throws ConfigurationFaultsError with every fault of every file. */
export async function loadConfiguration<Need extends ConfigurationKind>(
  options: LoadOptions<Need>,
): Promise<LoadedWith<Need>> {
  const { cwd, systemFolder = '/etc/hostvitals', importModule = nativeImport } = options
  const found = findFiles({ folder: options.folder, cwd, systemFolder })
  const env = readEnvironment(found, options.env)
  const asked = configurationKinds.filter(
    (kind) => options.needs.some((need) => need === kind) || options.wants?.includes(kind) === true,
  )
  serveOwnName(new Set(Object.values(found.files).map((file) => pathToFileURL(file).href)))
  const faults: Fault[] = []
  const warnings: Fault[] = []
  const configs: { kafka?: KafkaConfig; producer?: ProducerConfig; consumer?: ConsumerConfig } = {}
  for (const kind of asked) {
    const file = found.files[kind]
    if (file === undefined) {
      if (options.needs.some((need) => need === kind)) faults.push(missingFile(kind, found, systemFolder))
      continue
    }
    const checked = await checkFile(file, kind, { folder: found.folder, env }, importModule)
    faults.push(...checked.faults)
    warnings.push(...checked.warnings)
    Object.assign(configs, checked.config === undefined ? {} : { [kind]: checked.config })
  }
  const loaded: LoadedConfiguration = { ...found, env, warnings, ...configs }
  if (faults.length > 0 || !hasAll(loaded, options.needs)) throw new ConfigurationFaultsError(faults)
  return loaded
}

function hasAll<Need extends ConfigurationKind>(
  loaded: LoadedConfiguration,
  needs: readonly Need[],
): loaded is LoadedWith<Need> {
  return needs.every((need) => loaded[need] !== undefined)
}

function nativeImport(url: string): Promise<unknown> {
  return import(url)
}

function readEnvironment({ folder, source }: FoundFiles, env: Environment): Environment {
  if (source === 'none') return env
  try {
    return withEnvFile(folder, env)
  } catch (cause) {
    const problem = `.env cannot be read: ${describeError(cause)}`
    const nextStep = 'Make it readable for this user, or remove it.'
    throw new ConfigurationFaultsError([{ file: `${folder}/.env`, problem, nextStep }], { cause })
  }
}

function missingFile(kind: ConfigurationKind, { folder, source }: FoundFiles, systemFolder: string): Fault {
  const file = `${folder}/${kind}.config.ts`
  const looked = source === 'none' ? `${folder} and ${systemFolder}` : folder
  const nextStep = 'hostvitals init writes it; --config DIR names another folder.'
  return { file, problem: `${kind}.config.ts is missing (looked in ${looked})`, nextStep }
}

interface CheckedFile {
  readonly config?: unknown
  readonly faults: readonly Fault[]
  readonly warnings: readonly Fault[]
}

async function checkFile(
  file: string,
  kind: ConfigurationKind,
  place: Place,
  importModule: ImportModule,
): Promise<CheckedFile> {
  const imported = await importFile(file, kind, importModule)
  if ('faults' in imported) return { faults: imported.faults, warnings: [] }
  const warnings = [...rightsWarnings(file, process.getuid?.()), ...imported.warnings]
  const schema = schemaOf(kind, place)
  const { given } = imported.definition
  const result = await schema.safeParseAsync(given)
  if (result.success) return { config: result.data, faults: [], warnings }
  const faults = schemaFaults(schema, given, result.error.issues)
  const placed = faults.map((fault) => placeFault(fault, file, imported.text, kind))
  return { faults: placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)), warnings }
}

/** Finds the line of a broken rule: what the value remembers of itself, else where its key stands in the text. */
function placeFault(fault: SchemaFault, file: string, text: string, kind: ConfigurationKind): Fault {
  const [, base, line] = /^(.*):(\d+)$/.exec(fault.definedAt ?? '') ?? []
  const remembered = base !== undefined && file.endsWith(`/${base}`) ? { line: Number(line) } : undefined
  const place = remembered ?? locateKey(text, defineName(kind), fault.path, fault.blame)
  const key = dotted(fault.path)
  const { problem, nextStep } = fault
  if (place === undefined) return { file, key, problem, nextStep }
  return { file, ...place, key, problem, nextStep, frame: frameAt(text, place) }
}
