import { askDevices } from '../hardware/devices.ts'
import type { HostRound } from '../host-round.ts'
import { parseCpuInfo } from '../proc/cpuinfo.ts'

/** The clock of each processor by its number, Hz: as the driver says it, or, where there is none, /proc/cpuinfo. */
export async function frequencies(round: HostRound): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  const file = 'cpufreq/scaling_cur_freq'
  const cpus = round
    .listSys('devices/system/cpu')
    .filter((name) => /^cpu\d+$/.test(name) && round.folderSys(`devices/system/cpu/${name}/cpufreq`) !== undefined)
  // Some drivers wait on the processor for the answer.
  const devices = cpus.map((name) => ({ path: `devices/system/cpu/${name}`, files: [file], id: name }))
  const answers = await askDevices(round, devices)
  for (const { path, id: name } of devices) {
    const kilohertz = answers.get(path)?.get(file)
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
