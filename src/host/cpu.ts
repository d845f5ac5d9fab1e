import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { parseStat, type CpuTimes } from './proc/stat.ts'

/** Options of the group `cpu`. */
export type CpuOptions = {
  readonly perCpu: boolean
}

const modes = {
  'cpu.mode': 'user, nice, system, idle, iowait, interrupt, steal',
  'cpu.logical_number': 'the kernel’s number, with `perCpu`',
}
const time: Definition = {
  name: 'system.cpu.time',
  unit: 's',
  kind: 'counter',
  description: 'Seconds each CPU spent in each mode',
  attributes: modes,
  source: '/proc/stat, lines cpu and cpuN, fields 1 to 8 (guest time is within user and nice)',
}
const utilization: Definition = {
  name: 'system.cpu.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the time in each mode since the former round',
  attributes: modes,
  source: 'difference of two readings of /proc/stat',
}
const logical: Definition = {
  name: 'system.cpu.logical.count',
  unit: '{cpu}',
  kind: 'updowncounter',
  integer: true,
  description: 'CPUs that are on',
  source: '/proc/stat, number of lines cpuN',
}

/** Processor time and its shares. */
export const cpu: Group = defineGroup<CpuOptions>({
  name: 'cpu',
  about: 'Processor time by mode. Shares need a former reading: the first round has none.',
  metrics: [time, utilization, logical],
  defaults: { perCpu: false },
  sentences: { perCpu: 'One series for each processor, instead of one for all together.' },
  open: ({ perCpu }) => {
    let former = new Map<string, CpuTimes>()
    return (round) => {
      const stat = parseStat(round.proc('stat'))
      const now = new Map<string, CpuTimes>()
      if (perCpu) for (const [number, times] of stat.cpus) now.set(String(number), times)
      else now.set('', stat.total)
      for (const [number, times] of now) putTimes(round, number, times, former.get(number))
      round.put(logical, stat.cpus.size)
      former = now
    }
  },
})

function putTimes(round: HostRound, number: string, times: CpuTimes, former: CpuTimes | undefined): void {
  const shares = former === undefined ? undefined : sharesOf(former, times)
  for (const mode of cpuModes) {
    const ofCpu = number === '' ? {} : { 'cpu.logical_number': Number(number) }
    const subject = round.subject(`${number}/${mode}`, () => ({ ...ofCpu, 'cpu.mode': mode }))
    subject.put(time, times[mode])
    subject.put(utilization, shares?.[mode])
  }
}

const cpuModes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal'] as const

/** Each mode's share between two readings; none where no time passed or a counter fell. */
function sharesOf(former: CpuTimes, now: CpuTimes): CpuTimes | undefined {
  const spent = (mode: keyof CpuTimes): number => now[mode] - former[mode]
  const whole = cpuModes.reduce((sum, mode) => sum + spent(mode), 0)
  if (whole <= 0 || cpuModes.some((mode) => spent(mode) < 0)) return undefined
  const share = (mode: keyof CpuTimes): number => spent(mode) / whole
  return {
    user: share('user'),
    nice: share('nice'),
    system: share('system'),
    idle: share('idle'),
    iowait: share('iowait'),
    interrupt: share('interrupt'),
    steal: share('steal'),
  }
}
