import type { ConfigurationKind } from '../config/define.ts'
import { loadConfiguration, type LoadedWith, type LoadOptions } from '../config/load.ts'
import type { CommandIo } from './io.ts'
import { formatWarnings } from './print-faults.ts'

/** The configuration that a command needs, with its warnings told on stderr. Throws as `loadConfiguration` does. */
export async function loadTold<Need extends ConfigurationKind>(
  options: Pick<LoadOptions<Need>, 'folder' | 'needs' | 'wants'>,
  io: CommandIo,
): Promise<LoadedWith<Need>> {
  const loaded = await loadConfiguration({ ...options, env: io.env, cwd: io.cwd })
  io.stderr.write(formatWarnings(loaded.warnings))
  return loaded
}
