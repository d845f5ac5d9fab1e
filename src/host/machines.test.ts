import { statfsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Found, foundIn } from '../../test/support/group-rounds.ts'
import { keptMachines, machineRounds, rootsOf, type GroupOutcome } from '../../test/support/machine-rounds.ts'
import { isHistogramSample, type NumberSample, type Sample } from '../metric/sample.ts'
import { FormatError } from '../runtime/errors.ts'

const nowMs = 1_795_600_000_000

/** Counted by hand from the files of each machine; a file's line and field stand beside what does not say it itself. */
const figures: Readonly<Record<string, Found>> = {
  'container-cgroup1': {
    'system.cpu.time{cpu.mode=user}': 841.2,
    'system.cpu.logical.count': 2,
    'system.memory.usage{system.memory.state=used}': (8_000_000 - 5_000_000) * 1024,
    'system.disk.io{disk.io.direction=read,system.device=sda}': 400_000 * 512,
    'system.network.packet.dropped{network.interface.name=eth0,network.io.direction=receive}': 3,
    'system.uptime': 92_300.55,
  },
  'container-cgroup2': {
    'system.cpu.time{cpu.mode=steal}': 5,
    'system.paging.usage{system.device=/swap.img,system.paging.state=free}': 2_097_148 * 1024,
    'system.disk.operation_time{disk.io.direction=write,system.device=nvme0n1}': 60,
    'system.disk.pending_operations{system.device=nvme0n1}': 1,
    'system.network.io{network.interface.name=eth0,network.io.direction=transmit}': 3_000_000,
    'system.cpu.load_average.1m': 1.05,
  },
  'debian-vm': {
    'system.cpu.time{cpu.mode=user}': 262.18,
    'system.memory.usage{system.memory.state=used}': (24_684_084 - 24_182_396) * 1024,
    'system.network.io{network.interface.name=eth0,network.io.direction=receive}': 724_931_122,
    'system.uptime': 8330.23,
  },
  'kernel-4.9': {
    // The listening one, an established one and one whose other end has closed.
    'system.network.connection.count{network.connection.state=close_wait,network.transport=tcp}': 1,
    'system.cpu.time{cpu.mode=nice}': 0.4,
    'system.disk.io{disk.io.direction=write,system.device=sda}': 64_000 * 512,
    'system.disk.weighted_io_time{system.device=sda}': 24,
    'system.network.io{network.interface.name=eth0,network.io.direction=receive}': 4_294_967_290,
    'system.network.errors{network.interface.name=eth0,network.io.direction=transmit}': 4,
    'system.paging.usage{system.device=/dev/sda2,system.paging.state=used}': 48_572 * 1024,
    'system.paging.operations{system.paging.direction=out,system.paging.fault.type=major}': 9,
    'system.paging.faults{system.paging.fault.type=minor}': 100_000 - 50,
  },
  'kubernetes-node': {
    'hostvitals.container.count': 2,
    'container.memory.working_set{container.id=a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90,container.runtime.name=docker}':
      52_428_800 - 10_485_760,
    'container.cpu.time{container.id=a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90,container.runtime.name=docker,cpu.mode=user}': 4,
    'system.process.count{process.state=defunct}': 1,
    // irq 0 and softirq 30 000; the 5000 of guests are within user.
    'system.cpu.time{cpu.mode=interrupt}': 300,
    'system.cpu.time{cpu.mode=user}': 9000,
    'system.memory.usage{system.memory.state=cached}': (20_000_000 - 2_000_000 - 500_000) * 1024,
    'system.disk.operations{disk.io.direction=write,system.device=sda}': 900_000,
    'system.network.packet.count{network.io.direction=receive,system.device=eth0}': 70_000_000,
    'system.cpu.load_average.15m': 2.5,
  },
  laptop: {
    'hw.temperature{hw.id=coretemp-hwmon0/temp3,hw.name=coretemp Core 1,hw.parent=coretemp-hwmon0,hw.sensor_location=Core 1}': 51.5,
    'hw.fan.speed{hw.id=thinkpad-hwmon1/fan1,hw.name=thinkpad fan1,hw.parent=thinkpad-hwmon1}': 2890,
    'hw.battery.charge{hw.battery.chemistry=Li-poly,hw.id=BAT0,hw.name=BAT0}': 0.75,
    // 37.8 Wh at 8.4 W.
    'hw.battery.time_left{hw.battery.chemistry=Li-poly,hw.battery.state=discharging,hw.id=BAT0,hw.name=BAT0}':
      4.5 * 3600,
    'system.process.count{process.state=stopped}': 1,
    'system.paging.usage{system.device=/dev/dm-2,system.paging.state=used}': 262_140 * 1024,
    'system.memory.linux.slab.usage{system.memory.linux.slab.state=unreclaimable}': 300_000 * 1024,
    'system.disk.io{disk.io.direction=read,system.device=dm-0}': 23_900_000 * 512,
    'system.network.errors{network.interface.name=wlp0s20f3,network.io.direction=transmit}': 3,
    'system.cpu.time{cpu.mode=iowait}': 120,
  },
  'many-core': {
    'system.cpu.frequency{cpu.logical_number=1}': 1_500_000_000,
    'system.memory.linux.hugepages.usage{system.memory.linux.hugepages.state=used}': 24,
    // 256 processors, of which 17 and 200 are off.
    'system.cpu.logical.count': 254,
    'system.memory.linux.available': 950_000_000 * 1024,
    'system.paging.faults{system.paging.fault.type=minor}': 9_007_199_254_740_991 - 123_456,
    'system.disk.io{disk.io.direction=write,system.device=nvme11n1}': 176_000 * 512,
    'system.network.io{network.interface.name=bond0,network.io.direction=receive}': 900_000_000_000_000,
  },
  mdraid: {
    'hostvitals.mdraid.disk.missing{system.device=md1}': 1,
    'hostvitals.mdraid.disk.count{hostvitals.mdraid.disk.state=failed,system.device=md1}': 1,
    'hostvitals.mdraid.sync.progress{hostvitals.mdraid.sync.action=recover,system.device=md1}': 178_432 / 2_096_128,
    'hostvitals.pressure.stall_time{hostvitals.pressure.resource=io,hostvitals.pressure.stall=full}': 8.888888,
    'system.disk.operations{disk.io.direction=read,system.device=md0}': 180,
    'system.disk.io{disk.io.direction=write,system.device=md1}': 48 * 512,
    'system.memory.usage{system.memory.state=buffers}': 900_000 * 1024,
    'system.cpu.load_average.5m': 1.5,
  },
  'nfs-client': {
    'system.cpu.time{cpu.mode=iowait}': 400,
    'system.network.io{network.interface.name=ens3,network.io.direction=transmit}': 77_000_000,
    'system.disk.io_time{system.device=vda}': 0.7,
    'system.uptime': 3600.5,
  },
}

const memTotalKb: Readonly<Record<string, number>> = {
  'container-cgroup1': 8_000_000,
  'container-cgroup2': 16_000_000,
  'debian-vm': 24_684_084,
  'kernel-4.9': 2_048_000,
  'kubernetes-node': 32_000_000,
  laptop: 16_211_432,
  'many-core': 1_056_718_472,
  mdraid: 4_000_000,
  'nfs-client': 2_000_000,
}

// On a busy machine a file may take longer to read than a device is waited for: here nothing is given up.
beforeAll(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterAll(() => void vi.useRealTimers())

const sound = keptMachines.filter((machine) => machine !== 'hostile')

function samplesOf(outcomes: readonly GroupOutcome[]): readonly Sample[] {
  return outcomes.flatMap(({ samples }) => samples ?? [])
}

function layoutOf(samples: readonly Sample[]): readonly string[] {
  return samples.map(({ series }) => JSON.stringify([series.name, series.attributes]))
}

function sumOf(samples: readonly Sample[], name: string): number {
  const numbers = samples.filter((sample): sample is NumberSample => !isHistogramSample(sample))
  return numbers.reduce((sum, { series, value }) => sum + (series.name === name ? value : 0), 0)
}

/** Attributes whose value is none of those that the definition lists, where it lists them all: `read, write`. */
function unlisted(
  attributes: Sample['series']['attributes'],
  texts: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const text = texts[key] ?? ''
    const told = typeof value === 'string' ? value : JSON.stringify(value)
    const isList = /^[\w.]+(?:, [\w.]+)*$/.test(text)
    return !isList || text.split(', ').includes(told) ? [] : [`${key}=${told}`]
  })
}

/** What is wrong with a sample by its group's own definition of it; nothing where all is right. */
function faultsOf(outcomes: readonly GroupOutcome[]): readonly string[] {
  return outcomes.flatMap(({ group, samples = [] }) =>
    samples.flatMap((sample) => {
      const { name, unit, kind, attributes } = sample.series
      const definition = group.metrics.find((metric) => metric.name === name)
      if (definition === undefined) return [`${group.name} does not define ${name}`]
      const known = Object.keys(definition.attributes ?? {})
      const strange = Object.keys(attributes).filter((key) => !known.includes(key))
      if (isHistogramSample(sample)) return strange
      const others = unlisted(attributes, definition.attributes ?? {})
      const { value, startTimeMs } = sample
      return [
        ...strange.map((key) => `${name} has the attribute ${key}, which it does not document`),
        ...others.map((pair) => `${name} has ${pair}, which it does not list`),
        ...(unit === definition.unit && kind === definition.kind ? [] : [`${name} is ${kind} in ${unit}`]),
        ...(Number.isFinite(value) ? [] : [`${name} is ${value}`]),
        ...(definition.integer === true && !Number.isInteger(value) ? [`${name} is ${value}, no whole number`] : []),
        ...(kind !== 'counter' || (startTimeMs ?? Infinity) <= nowMs ? [] : [`${name} counts since ${startTimeMs}`]),
      ]
    }),
  )
}

it('knows the kept machines, each with where its files are from', () => {
  expect([...Object.keys(figures), 'hostile'].toSorted()).toEqual(keptMachines)
})

describe.each(sound)('the files of %s', (machine) => {
  const next = machineRounds(rootsOf(machine), nowMs)
  const threeRounds = async (): Promise<Record<'first' | 'second' | 'third', readonly GroupOutcome[]>> => ({
    first: await next(),
    second: await next(),
    third: await next(),
  })
  const started: { rounds?: ReturnType<typeof threeRounds> } = {}
  const rounds = (): ReturnType<typeof threeRounds> => (started.rounds ??= threeRounds())

  it('fail no group', async () => {
    const { first, second } = await rounds()
    const failed = [...first, ...second].flatMap(({ group, error }) =>
      error === undefined ? [] : [[group.name, error]],
    )
    expect(failed).toEqual([])
  })

  it('give samples as their groups define them', async () => {
    const { first, second } = await rounds()
    expect(faultsOf(first)).toEqual([])
    expect(faultsOf(second)).toEqual([])
  })

  it('give no series twice, and the same ones in each round', async () => {
    const { second, third } = await rounds()
    const layout = layoutOf(samplesOf(second))
    expect(new Set(layout).size).toBe(layout.length)
    expect(layoutOf(samplesOf(third))).toEqual(layout)
  })

  it('give states that add up', async () => {
    const { first } = await rounds()
    const samples = samplesOf(first)
    expect(sumOf(samples, 'system.memory.usage')).toBe((memTotalKb[machine] ?? 0) * 1024)
    expect(sumOf(samples, 'system.memory.utilization')).toBeCloseTo(1, 10)
    // Of the mounts only the root is there: it is the disk that the files lie on.
    const { blocks, bsize } = statfsSync(rootsOf(machine).root)
    expect(sumOf(samples, 'system.filesystem.usage')).toBe(blocks * bsize)
  })

  it('give the numbers that stand in them', async () => {
    const { first } = await rounds()
    expect(foundIn(samplesOf(first))).toMatchObject(figures[machine] ?? {})
  })
})

describe('files that are cut off, binary, empty or have more columns', () => {
  it('fail their own groups with the name of the file, and no other way', async () => {
    const outcomes = await machineRounds(rootsOf('hostile'), nowMs)()
    expect(faultsOf(outcomes)).toEqual([])
    const errors = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]))
    for (const error of errors) expect(error).toBeInstanceOf(FormatError)
    const told = Object.fromEntries(
      outcomes.flatMap(({ group, error }) => (error instanceof FormatError ? [[group.name, error.message]] : [])),
    )
    expect(told).toMatchObject({
      memory: expect.stringMatching(/^meminfo: /),
      load: expect.stringMatching(/^loadavg: /),
      uptime: expect.stringMatching(/^uptime: /),
      paging: expect.stringMatching(/^swaps: /),
      disk: expect.stringMatching(/^diskstats: /),
      network: expect.stringMatching(/^net\/dev: /),
      filesystem: expect.stringMatching(/^mountinfo: /),
    })
  })

  it('give what can be read for certain', async () => {
    const outcomes = await machineRounds(rootsOf('hostile'), nowMs)()
    expect(foundIn(samplesOf(outcomes))).toMatchObject({
      'system.cpu.time{cpu.mode=user}': 10,
      'system.cpu.time{cpu.mode=interrupt}': 0.06,
      'system.cpu.time{cpu.mode=steal}': 0.07,
      'system.cpu.logical.count': 2,
    })
  })
})
