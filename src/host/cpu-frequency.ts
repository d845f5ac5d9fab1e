import type { HostRound } from './host-round.ts'
import type { Patience } from './patience.ts'
import { parseCpuInfo } from './proc/cpuinfo.ts'

/** The clock of each processor by its number, Hz: as the driver says it, or, where there is none, /proc/cpuinfo. */
export async function frequencies(
  round: HostRound,
  patience: Patience<string | undefined>,
): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  const names = round.listSys('devices/system/cpu').filter((name) => /^cpu\d+$/.test(name))
  // Some drivers wait on the processor for the answer.
  const ask = (name: string): Promise<string | undefined> =>
    round.slowSys(`devices/system/cpu/${name}/cpufreq/scaling_cur_freq`)
  for (const [name, kilohertz] of await patience.ask(names, ask, round)) {
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
