import type { Metric } from '../metric/metric.ts'
import { cpu } from './cpu.ts'
import { disk } from './disk.ts'
import { filesystem } from './filesystem.ts'
import { load } from './load.ts'
import { memory } from './memory.ts'
import { network } from './network.ts'
import { paging } from './paging.ts'
import { uptime } from './uptime.ts'

/** The built-in groups; what is not in this list does not exist. */
const groups = { cpu, load, memory, paging, disk, filesystem, network, uptime } as const

/** Which groups of `host()`: those that are true, or, where none is, all but those that are false. */
export type HostOptions = { readonly [Group in keyof typeof groups]?: boolean }

/** The standard metrics of this host: `host()` for all of them, `host({ cpu: true, memory: true })` for some, `host({ disk: false })` for the others. */
export function host(options: HostOptions = {}): readonly Metric[] {
  const chosen = new Map(Object.entries(options))
  const isChoice = [...chosen.values()].includes(true)
  return Object.values(groups).filter(({ name }) => chosen.get(name) ?? !isChoice)
}
