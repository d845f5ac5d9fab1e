import type { Metric } from '../metric/metric.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { cpu } from './cpu.ts'
import { disk } from './disk.ts'
import { filesystem } from './filesystem.ts'
import { load } from './load.ts'
import { memory } from './memory.ts'
import { network } from './network.ts'
import { paging } from './paging.ts'
import { uptime } from './uptime.ts'

/** The built-in groups; what is not in this list does not exist. */
const groups: readonly Metric[] = [cpu, load, memory, paging, disk, filesystem, network, uptime]

/** Which groups of `host()`: those that are true, or, where none is, all but those that are false. */
export interface HostOptions {
  readonly cpu?: boolean
  readonly load?: boolean
  readonly memory?: boolean
  readonly paging?: boolean
  readonly disk?: boolean
  readonly filesystem?: boolean
  readonly network?: boolean
  readonly uptime?: boolean
}

/** The standard metrics of this host: `host()` for all of them, `host({ cpu: true, memory: true })` for some, `host({ disk: false })` for the others. */
export function host(options: HostOptions = {}): readonly Metric[] {
  const chosen = new Map<string, boolean>(Object.entries(options))
  const unknown = [...chosen.keys()].find((name) => groups.every((group) => group.name !== name))
  if (unknown !== undefined) {
    throw new ConfigurationError(`host() has no group '${unknown}'`, {
      nextStep: `choose from ${groups.map(({ name }) => name).join(', ')}`,
    })
  }
  const isChoice = [...chosen.values()].includes(true)
  return groups.filter(({ name }) => chosen.get(name) ?? !isChoice)
}
