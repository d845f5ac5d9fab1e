import { describe, expect, it } from 'vitest'
import { type Found, groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { cpu } from './cpu.ts'

const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'interrupt', 'steal']
const tail = 'intr 1000 1 2 3\nctxt 5000\nbtime 100\nprocesses 7\nprocs_running 1\nprocs_blocked 0\nsoftirq 300 1 2\n'

/** A stat of so many processors, each with these ticks. */
function stat(processors: number, ticks: string, total = ticks): string {
  return `cpu  ${total}\n${Array.from({ length: processors }, (_, at) => `cpu${at} ${ticks}\n`).join('')}${tail}`
}

function of(found: Found, name: string): readonly number[] {
  return Object.entries(found)
    .filter(([key]) => key.split('{')[0] === name)
    .map(([, value]) => value)
}

function topology(number: number, list: string, file = 'core_cpus_list'): readonly [string, string] {
  return [`sys/devices/system/cpu/cpu${number}/topology/${file}`, `${list}\n`]
}

function info(number: number, core: number): string {
  return `processor : ${number}\nphysical id : 0\ncore id : ${core}\n\n`
}

async function ask(metric: string, tree: Readonly<Record<string, string>>): Promise<Found> {
  const { roots } = machineTree({ 'proc/stat': stat(2, '1 2 3 4'), ...tree })
  const found = await groupRounds(cpu, roots, { also: [metric] }).next()
  return Object.fromEntries(Object.entries(found).filter(([key]) => key.startsWith(metric)))
}

describe('the group cpu', () => {
  it('says the time in each mode since boot, and its shares from the second round on', async () => {
    const { roots, write } = machineTree({ 'proc/stat': stat(2, '100 0 50 800 25 5 20 0 0 0') })
    const rounds = groupRounds(cpu, roots)
    const first = await rounds.nextSamples()
    expect(first.filter(({ series }) => series.name === 'system.cpu.time')).toMatchObject(
      [1, 0, 0.5, 8, 0.25, 0.25, 0].map((value) => ({ value, startTimeMs: 100_000 })),
    )
    expect(first.filter(({ series }) => series.name === 'system.cpu.utilization')).toEqual([])
    write({ 'proc/stat': stat(2, '110 0 55 880 25 5 25 0 0 0') })
    expect(of(await rounds.next(), 'system.cpu.utilization')).toEqual(
      [0.1, 0, 0.05, 0.8, 0, 0.05, 0].map((share) => expect.closeTo(share, 12)),
    )
  })

  it('says no shares where no time passed or a counter fell', async () => {
    const { roots, write } = machineTree({ 'proc/stat': stat(1, '100 0 50 800 25 5 20') })
    const rounds = groupRounds(cpu, roots)
    await rounds.next()
    expect(of(await rounds.next(), 'system.cpu.utilization')).toEqual([])
    write({ 'proc/stat': stat(1, '90 0 50 900 25 5 20') })
    expect(of(await rounds.next(), 'system.cpu.utilization')).toEqual([])
  })

  it('says a share of nothing for a mode that the kernel let fall a little', async () => {
    const { roots, write } = machineTree({ 'proc/stat': stat(1, '100 0 50 800 25 5 20') })
    const rounds = groupRounds(cpu, roots)
    await rounds.next()
    write({ 'proc/stat': stat(1, '200 0 50 800 24 5 20') })
    expect(of(await rounds.next(), 'system.cpu.utilization')).toEqual([1, 0, 0, 0, 0, 0, 0])
  })

  it('counts interrupts and switches', async () => {
    const { roots } = machineTree({ 'proc/stat': stat(2, '1 2 3 4') })
    expect(await groupRounds(cpu, roots, { without: ['system.cpu.time'] }).next()).toEqual({
      'system.cpu.logical.count': 2,
      'hostvitals.cpu.interrupts': 1000,
      'hostvitals.cpu.soft_interrupts': 300,
      'hostvitals.cpu.context_switches': 5000,
    })
  })

  it('measures 4 096 processors, one by one where asked', async () => {
    const { roots, write } = machineTree({ 'proc/stat': stat(4096, '1 2 3 4 5 6 7 8 9 10') })
    const found = await groupRounds(cpu, roots).next()
    expect(found['system.cpu.logical.count']).toBe(4096)
    expect(of(found, 'system.cpu.time')).toHaveLength(modes.length)
    const each = groupRounds(cpu, roots, { perCpu: true })
    await each.next()
    write({ 'proc/stat': stat(4096, '2 2 3 7 5 6 7 8 9 10') })
    const second = await each.next()
    expect(of(second, 'system.cpu.time')).toHaveLength(4096 * modes.length)
    expect(second['system.cpu.utilization{cpu.logical_number=4095,cpu.mode=idle}']).toBe(0.75)
  })

  it('leaves out a processor that is switched off, and goes on when it is back', async () => {
    const { roots, write } = machineTree({ 'proc/stat': stat(2, '1 2 3 4') })
    const rounds = groupRounds(cpu, roots, { perCpu: true })
    const last = async (): Promise<readonly unknown[]> =>
      (await rounds.nextSamples())
        .filter(({ series }) => series.name === 'system.cpu.time' && series.attributes['cpu.logical_number'] === 1)
        .map(({ startTimeMs }) => startTimeMs)
    expect(await last()).toHaveLength(7)
    write({ 'proc/stat': stat(1, '1 2 3 4') })
    expect(await last()).toEqual([])
    write({ 'proc/stat': stat(2, '1 2 3 4') })
    expect(await last()).toEqual(Array.from({ length: 7 }, () => 100_000))
  })
})

describe('cores', () => {
  const only = { without: cpu.metrics.map(({ name }) => name).filter((name) => name !== 'system.cpu.physical.count') }

  it.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    [
      'two threads each',
      Object.fromEntries([
        ['sys/devices/system/cpu/online', '0-3'],
        ...[0, 1, 2, 3].map((number) => topology(number, number % 2 === 0 ? '0,2' : '1,3')),
      ]),
      2,
    ],
    [
      'by the old name',
      Object.fromEntries([
        ['sys/devices/system/cpu/online', '0-1'],
        ...[0, 1].map((number) => topology(number, '0-1', 'thread_siblings_list')),
      ]),
      1,
    ],
    ['by cpuinfo', { 'proc/cpuinfo': info(0, 0) + info(1, 0) + info(2, 1) }, 2],
    ['that nobody knows', { 'proc/cpuinfo': 'processor : 0\nBogoMIPS : 5\n' }, undefined],
    ['without any file', {}, undefined],
  ])('%s', async (_what, tree, cores) => {
    const { roots } = machineTree({ 'proc/stat': stat(4, '1 2 3 4'), ...tree })
    expect((await groupRounds(cpu, roots, only).next())['system.cpu.physical.count']).toBe(cores)
  })

  it('are counted anew when the number of processors changes', async () => {
    const { roots, write } = machineTree({
      'proc/stat': stat(3, '1 2 3 4'),
      'proc/cpuinfo': info(0, 0) + info(1, 1) + info(2, 2),
    })
    const rounds = groupRounds(cpu, roots, only)
    expect(await rounds.next()).toEqual({ 'system.cpu.physical.count': 3 })
    write({ 'proc/stat': stat(2, '1 2 3 4'), 'proc/cpuinfo': info(0, 0) + info(1, 1) })
    expect(await rounds.next()).toEqual({ 'system.cpu.physical.count': 2 })
  })
})

describe('when asked, the group cpu says', () => {
  const folder = 'sys/devices/system/cpu'

  it('each processor’s clock, by its driver or by cpuinfo', async () => {
    const name = 'system.cpu.frequency'
    const cpuinfo = { 'proc/cpuinfo': 'processor : 0\ncpu MHz : 1999.998\n' }
    expect(await ask(name, { [`${folder}/cpu1/cpufreq/scaling_cur_freq`]: '2400000\n', ...cpuinfo })).toEqual({
      [`${name}{cpu.logical_number=1}`]: 2_400_000_000,
    })
    expect(await ask(name, { [`${folder}/cpu0/cpufreq/scaling_cur_freq`]: '<unknown>\n', ...cpuinfo })).toEqual({
      [`${name}{cpu.logical_number=0}`]: 1_999_998_000,
    })
    expect(await ask(name, {})).toEqual({})
  })

  it('how often heat slowed it down', async () => {
    const name = 'hostvitals.cpu.throttles'
    const files = {
      [`${folder}/cpu0/thermal_throttle/core_throttle_count`]: '3\n',
      [`${folder}/cpu0/thermal_throttle/package_throttle_count`]: '4\n',
    }
    expect(await ask(name, files)).toEqual({
      [`${name}{cpu.logical_number=0,hostvitals.throttle.scope=core}`]: 3,
      [`${name}{cpu.logical_number=0,hostvitals.throttle.scope=package}`]: 4,
    })
  })
  it('once for each core and package, whose processors all say the same', async () => {
    const name = 'hostvitals.cpu.throttles'
    const files = [0, 1, 2, 3].flatMap((number) => [
      [`${folder}/cpu${number}/thermal_throttle/core_throttle_count`, `${number % 2}\n`],
      [`${folder}/cpu${number}/thermal_throttle/package_throttle_count`, '4\n'],
      [`${folder}/cpu${number}/topology/physical_package_id`, '0\n'],
      [`${folder}/cpu${number}/topology/core_id`, `${number % 2}\n`],
    ])
    expect(await ask(name, Object.fromEntries(files))).toEqual({
      [`${name}{cpu.logical_number=0,hostvitals.throttle.scope=core}`]: 0,
      [`${name}{cpu.logical_number=1,hostvitals.throttle.scope=core}`]: 1,
      [`${name}{cpu.logical_number=0,hostvitals.throttle.scope=package}`]: 4,
    })
  })
})
