import type { Metric } from '../metric/metric.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { nearest } from '../runtime/nearest.ts'
import { type ContainerOptions, containers } from './container/containers.ts'
import { connections } from './network/connections.ts'
import { cpu, type CpuOptions } from './cpu/cpu.ts'
import { disk } from './disk.ts'
import { filesystem } from './filesystem/filesystem.ts'
import type { FilesystemOptions } from './filesystem/mount-choice.ts'
import type { Group, OptionsOf } from './group.ts'
import type { MetricChoice } from './group-options.ts'
import { HostFiles } from './host-files.ts'
import { kernel } from './kernel.ts'
import { links } from './network/links.ts'
import { load } from './load.ts'
import { mdraid } from './mdraid.ts'
import { locks } from './locks.ts'
import { memory } from './memory.ts'
import type { NameFilterOptions } from './name-filter.ts'
import { type OtherMachine, otherMachine } from './identity/other-machine.ts'
import { network, type NetworkOptions } from './network/network.ts'
import { nfs } from './nfs.ts'
import { paging } from './paging.ts'
import { powerSupplies } from './hardware/power.ts'
import { pressure } from './pressure.ts'
import { processes } from './process/processes.ts'
import { protocols } from './network/protocols.ts'
import { runtime } from './nodejs/runtime.ts'
import { sensors } from './hardware/sensors.ts'
import { sockets } from './network/sockets.ts'
import { systemd } from './systemd.ts'
import { top, type TopOptions } from './process/top.ts'
import { uptime } from './uptime.ts'

/** The built-in groups, in the order of `docs/METRICS.md`; what is not in this list does not exist. */
export const groups: readonly Group[] = [
  cpu,
  load,
  pressure,
  memory,
  paging,
  disk,
  filesystem,
  locks,
  network,
  links,
  connections,
  sockets,
  protocols,
  processes,
  kernel,
  uptime,
  sensors,
  powerSupplies,
  mdraid,
  nfs,
  runtime,
  top,
  containers,
  systemd,
]

/**
 * Which groups of `host()`, and how: those that are `true` or `{ … }`, or, where none is `true`, those that are on by default
 * and not `false`. Each group's metrics and options are in `docs/METRICS.md`.
 */
export interface HostOptions {
  readonly cpu?: boolean | OptionsOf<CpuOptions>
  readonly load?: boolean | MetricChoice
  readonly pressure?: boolean | MetricChoice
  readonly memory?: boolean | MetricChoice
  readonly paging?: boolean | MetricChoice
  readonly disk?: boolean | OptionsOf<NameFilterOptions>
  readonly filesystem?: boolean | OptionsOf<FilesystemOptions>
  readonly locks?: boolean | MetricChoice
  readonly network?: boolean | OptionsOf<NetworkOptions>
  readonly links?: boolean | OptionsOf<NameFilterOptions>
  readonly connections?: boolean | MetricChoice
  readonly sockets?: boolean | MetricChoice
  readonly protocols?: boolean | MetricChoice
  readonly processes?: boolean | MetricChoice
  readonly kernel?: boolean | MetricChoice
  readonly uptime?: boolean | MetricChoice
  readonly sensors?: boolean | OptionsOf<NameFilterOptions>
  readonly power?: boolean | OptionsOf<NameFilterOptions>
  readonly mdraid?: boolean | OptionsOf<NameFilterOptions>
  readonly nfs?: boolean | MetricChoice
  readonly runtime?: boolean | MetricChoice
  readonly top?: boolean | OptionsOf<TopOptions>
  readonly containers?: boolean | OptionsOf<ContainerOptions>
  readonly systemd?: boolean | OptionsOf<NameFilterOptions>
}

/**
 * The standard metrics of this host: `host()` for what is on by default, `host({ cpu: true, memory: true })` for some,
 * `host({ disk: false })` for the others, `host({ disk: { exclude: ['sd*'] } })` for all with one tuned.
 * On macOS and the BSDs the groups that Node has figures of, and the others, named or not, are left out.
 * Throws ConfigurationError for a group, an option or a metric that does not exist.
 */
export function host(options: HostOptions = {}): readonly Metric[] {
  return hostOn(process.platform === 'linux' ? undefined : otherMachine(process.platform), options)
}

/** The same on Linux, or on another machine. */
export function hostOn(other: OtherMachine | undefined, options: HostOptions = {}): readonly Metric[] {
  const chosen = new Map<string, unknown>(Object.entries(options))
  const names = groups.map(({ name }) => name)
  const unknown = [...chosen.keys()].find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const close = nearest(unknown, names)
    throw new ConfigurationError(`host() has no group '${unknown}'`, {
      nextStep: close.length > 0 ? `did you mean ${close.join(' or ')}?` : `choose from ${names.join(', ')}`,
    })
  }
  const isChoice = [...chosen.values()].includes(true)
  const files = new HostFiles()
  return groups.flatMap((group) => {
    const choice = chosen.get(group.name) ?? (!isChoice && !group.isOff)
    if (choice === false) return []
    const metric = group.metric(choice === true ? {} : optionsOf(group.name, choice), files, other)
    return other === undefined || group.elsewhere !== undefined ? [metric] : []
  })
}

function optionsOf(name: string, choice: unknown): Readonly<Record<string, unknown>> {
  if (typeof choice === 'object' && choice !== null && !Array.isArray(choice)) return { ...choice }
  throw new ConfigurationError(`host(): ${name} is ${JSON.stringify(choice)}`, {
    nextStep: `write true, false, or an object of options, as in docs/METRICS.md`,
  })
}
