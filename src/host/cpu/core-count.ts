import type { HostRound } from '../host-round.ts'
import { parseCpuInfo } from '../proc/cpuinfo.ts'
import { parseCpuList } from '../proc/cpu-list.ts'

/**
 * Counts physical cores: of threads that share one, one. The answer is kept until the number of processors changes, since
 * thousands of files say it.
 */
export function coreCounter(): (round: HostRound, processors: number) => number | undefined {
  let known: { readonly processors: number; readonly cores: number | undefined } | undefined
  return (round, processors) => {
    if (known?.processors !== processors) known = { processors, cores: coresOf(round) ?? coresOfInfo(round) }
    return known.cores
  }
}

/** Undefined where a processor's siblings are not known. */
function coresOf(round: HostRound): number | undefined {
  const folder = 'devices/system/cpu'
  const online = round.sys(`${folder}/online`)
  if (online === undefined) return undefined
  const counted = new Set<number>()
  let cores = 0
  for (const number of parseCpuList('online', online)) {
    if (counted.has(number)) continue
    const topology = `${folder}/cpu${number}/topology`
    // Kernels before 5.3 have only the other name.
    const siblings = round.sys(`${topology}/core_cpus_list`) ?? round.sys(`${topology}/thread_siblings_list`)
    if (siblings === undefined) return undefined
    for (const sibling of parseCpuList('core_cpus_list', siblings)) counted.add(sibling)
    cores++
  }
  return cores
}

function coresOfInfo(round: HostRound): number | undefined {
  const cpuinfo = round.optionalProc('cpuinfo')
  if (cpuinfo === undefined) return undefined
  const cores = new Set(parseCpuInfo(cpuinfo).map(({ core }) => core))
  return cores.size === 0 || cores.has(undefined) ? undefined : cores.size
}
