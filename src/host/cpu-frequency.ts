import type { HostRound } from './host-round.ts'
import { parseCpuInfo } from './proc/cpuinfo.ts'

/** The clock of each processor by its number, Hz: as the driver says it, or, where there is none, /proc/cpuinfo. */
export async function frequencies(round: HostRound): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  for (const name of round.listSys('devices/system/cpu')) {
    if (!/^cpu\d+$/.test(name)) continue
    // Some drivers wait on the processor for the answer.
    const kilohertz = await round.slowSys(`devices/system/cpu/${name}/cpufreq/scaling_cur_freq`)
    // A driver that does not know says 0 or '<unknown>'.
    if (/^[1-9]\d{0,15}$/.test(kilohertz ?? '')) found.set(Number(name.slice(3)), Number(kilohertz) * 1000)
  }
  if (found.size > 0) return found
  const cpuinfo = round.optionalProc('cpuinfo')
  for (const { number, hertz } of cpuinfo === undefined ? [] : parseCpuInfo(cpuinfo)) {
    if (hertz !== undefined) found.set(number, hertz)
  }
  return found
}
