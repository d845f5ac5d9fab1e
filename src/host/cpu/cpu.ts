import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { otherModes, otherShares, type OtherTimes, sumOf } from './cpu-elsewhere.ts'
import { coreCounter } from './core-count.ts'
import { frequencies } from './cpu-frequency.ts'
import { heldTimes } from './cpu-held.ts'
import { parseWhole } from '../proc/whole.ts'
import { parseStat, type CpuTimes } from '../proc/stat.ts'

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
  source:
    '/proc/stat, lines cpu and cpuN, fields 1 to 8 (guest time is within user and nice); idle, iowait and steal that fell by less than 3 s stay where they were',
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

const physical: Definition = {
  name: 'system.cpu.physical.count',
  unit: '{cpu}',
  kind: 'updowncounter',
  integer: true,
  description: 'Cores that are on, however many threads each runs',
  source: '/sys/devices/system/cpu/cpuN/topology/core_cpus_list, or /proc/cpuinfo, physical id and core id',
}
const frequency: Definition = {
  name: 'system.cpu.frequency',
  unit: 'Hz',
  kind: 'gauge',
  integer: true,
  description: 'Clock of each CPU; to ask costs a while on each of them',
  attributes: { 'cpu.logical_number': 'the kernel’s number' },
  source: '/sys/devices/system/cpu/cpuN/cpufreq/scaling_cur_freq, or /proc/cpuinfo, cpu MHz',
  isOptIn: true,
}
const throttles: Definition = {
  name: 'hostvitals.cpu.throttles',
  unit: '{event}',
  kind: 'counter',
  integer: true,
  description: 'How often a core or its whole package was slowed down because of heat',
  attributes: { 'cpu.logical_number': 'of one of its processors', 'hostvitals.throttle.scope': 'core, package' },
  source: '/sys/devices/system/cpu/cpuN/thermal_throttle/core_throttle_count and package_throttle_count',
  isOptIn: true,
}

function total(what: string, unit: string, description: string, line: string): Definition {
  const source = `/proc/stat, line ${line}, field 1`
  return { name: `hostvitals.cpu.${what}`, unit, kind: 'counter', integer: true, description, source }
}

const interrupts = total('interrupts', '{interrupt}', 'Interrupts served', 'intr')
const softInterrupts = total('soft_interrupts', '{interrupt}', 'Soft interrupts served', 'softirq')
const contextSwitches = total('context_switches', '{context_switch}', 'Changes from one thread to another', 'ctxt')

/** Processor time and its shares. */
export const cpu: Group = defineGroup<CpuOptions>({
  name: 'cpu',
  about: 'Processor time by mode. Shares need a former reading: the first round has none.',
  metrics: [time, utilization, logical, physical, interrupts, softInterrupts, contextSwitches, frequency, throttles],
  defaults: { perCpu: false },
  sentences: { perCpu: 'One series for each processor, instead of one for all together.' },
  elsewhere: {
    about: 'time, without iowait and steal; utilization; logical count',
    open: ({ perCpu }) => {
      let former = new Map<string, OtherTimes>()
      return (round, machine) => {
        const each = machine.cpus().map(({ times: { user, nice, sys: system, idle, irq: interrupt } }) => ({
          user,
          nice,
          system,
          idle,
          interrupt,
        }))
        const now = new Map<string, OtherTimes>(
          perCpu ? each.map((times, number) => [String(number), times]) : [['', sumOf(each)]],
        )
        for (const [number, times] of now) putOtherTimes(round, number, times, former.get(number))
        round.put(logical, each.length)
        former = now
      }
    },
  },
  open: ({ perCpu }) => {
    let former = new Map<string, CpuTimes>()
    const countCores = coreCounter()
    return async (round) => {
      const stat = parseStat(round.proc('stat'), { perCpu })
      const now = new Map<string, CpuTimes>()
      const hold = (number: string, times: CpuTimes): void => void now.set(number, heldTimes(former.get(number), times))
      if (perCpu) for (const [number, times] of stat.cpus) hold(String(number), times)
      else hold('', stat.total)
      for (const [number, times] of now) putTimes(round, number, times, former.get(number))
      former = now
      round.put(logical, stat.count)
      if (round.wants(physical)) round.put(physical, countCores(round, stat.count))
      round.put(interrupts, stat.interrupts)
      round.put(softInterrupts, stat.softInterrupts)
      round.put(contextSwitches, stat.contextSwitches)
      if (round.wants(throttles)) putThrottles(round)
      if (!round.wants(frequency)) return
      for (const [number, hertz] of await frequencies(round)) {
        round.subject(`${number}`, () => ({ 'cpu.logical_number': number })).put(frequency, hertz)
      }
    }
  },
})

function putTimes(round: HostRound, number: string, times: CpuTimes, former: CpuTimes | undefined): void {
  const shares = former === undefined ? undefined : sharesOf(former, times)
  for (const mode of cpuModes) {
    const ofCpu = number === '' ? {} : { 'cpu.logical_number': Number(number) }
    const subject = round.subject(`${number}/${mode}`, () => ({ ...ofCpu, 'cpu.mode': mode }))
    // The kernel keeps the times of a processor that is switched off.
    subject.put(time, times[mode], 'boot')
    subject.put(utilization, shares?.[mode])
  }
}

function putOtherTimes(round: HostRound, number: string, times: OtherTimes, former: OtherTimes | undefined): void {
  const shares = former === undefined ? undefined : otherShares(former, times)
  const ofCpu = number === '' ? {} : { 'cpu.logical_number': Number(number) }
  for (const mode of otherModes) {
    // macOS counts no interrupts, and Node says zero.
    if (mode === 'interrupt' && times.interrupt === 0) continue
    const subject = round.subject(`${number}/${mode}`, () => ({ ...ofCpu, 'cpu.mode': mode }))
    subject.put(time, times[mode] / 1000)
    subject.put(utilization, shares?.[mode])
  }
}

/** Once for each core and package; for each processor where the topology is not told. */
function putThrottles(round: HostRound): void {
  const seen = new Set<string>()
  for (const name of round.listSys('devices/system/cpu')) {
    if (!/^cpu\d+$/.test(name)) continue
    const number = Number(name.slice(3))
    const topology = `devices/system/cpu/${name}/topology`
    const [inPackage, core] = [round.sys(`${topology}/physical_package_id`), round.sys(`${topology}/core_id`)]
    const places = {
      core: inPackage === undefined || core === undefined ? name : `${inPackage} ${core}`,
      package: inPackage ?? name,
    }
    for (const [scope, place] of Object.entries(places)) {
      const key = `${scope} ${place}`
      if (seen.has(key)) continue
      const count = round.sys(`devices/system/cpu/${name}/thermal_throttle/${scope}_throttle_count`)
      if (count === undefined) continue
      const attributes = { 'cpu.logical_number': number, 'hostvitals.throttle.scope': scope }
      seen.add(key)
      round.subject(key, () => attributes).put(throttles, parseWhole(`${scope}_throttle_count`, count))
    }
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
