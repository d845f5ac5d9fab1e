import { expect, it } from 'vitest'
import { groups } from '../../src/host/index.ts'
import type { Series } from '../../src/metric/sample.ts'
import { type Counterpart, comparisonPage, compareReadings, labelOf } from '../support/bracketed-comparison.ts'
import { ownScrape } from '../support/own-scrape.ts'
import { Psutil, psutilProblem } from '../support/psutil.ts'
import { isContinuousIntegration } from '../support/servers.ts'

const modes: Readonly<Record<string, readonly string[]>> = { interrupt: ['irq', 'softirq'] }

const directions: Readonly<Record<string, readonly [string, string, string, string]>> = {
  receive: ['bytes_recv', 'packets_recv', 'errin', 'dropin'],
  transmit: ['bytes_sent', 'packets_sent', 'errout', 'dropout'],
}

const tcpStates: Readonly<Record<string, string>> = {
  established: 'ESTABLISHED',
  syn_sent: 'SYN_SENT',
  syn_received: 'SYN_RECV',
  fin_wait_1: 'FIN_WAIT1',
  fin_wait_2: 'FIN_WAIT2',
  time_wait: 'TIME_WAIT',
  closed: 'CLOSE',
  close_wait: 'CLOSE_WAIT',
  last_ack: 'LAST_ACK',
  listen: 'LISTEN',
  closing: 'CLOSING',
}

const fixed: Readonly<Record<string, Counterpart>> = {
  'system.cpu.logical.count': { theirs: ['cpu_count.logical'] },
  'system.cpu.physical.count': { theirs: ['cpu_count.physical'] },
  'hostvitals.cpu.context_switches': { theirs: ['cpu_stats.ctx_switches'] },
  'hostvitals.cpu.interrupts': { theirs: ['cpu_stats.interrupts'] },
  'hostvitals.cpu.soft_interrupts': { theirs: ['cpu_stats.soft_interrupts'] },
  'system.memory.linux.available': { theirs: ['virtual_memory.available'] },
  'system.memory.linux.shared': { theirs: ['virtual_memory.shared'] },
  'system.memory.limit': { theirs: ['virtual_memory.total'] },
  'system.memory.linux.slab.usage': { theirs: ['virtual_memory.slab'], sum: 'slab of both states' },
  'system.process.count': { theirs: ['pids'], sum: 'processes of all states' },
}

/** What psutil calls the number of one of our series. */
function counterpartOf(series: Series): Counterpart | undefined {
  const { name } = series
  const of = (key: string): string => labelOf(series, key)
  const [bytes, packets, errors, drops] = directions[of('network.io.direction')] ?? []
  const disk = `disk_io_counters.${of('system.device')}`
  const way = of('disk.io.direction')
  const nic = `net_io_counters.${of('network.interface.name')}`
  switch (name) {
    case 'system.cpu.time': {
      const mode = of('cpu.mode')
      // The kernel's documentation of /proc/stat says that these two may fall.
      const mayFall = mode === 'idle' || mode === 'iowait'
      const cpu = of('cpu.logical_number') === '' ? '' : `${of('cpu.logical_number')}.`
      return { theirs: (modes[mode] ?? [mode]).map((each) => `cpu_times.${cpu}${each}`), mayFall }
    }
    case 'system.memory.usage':
      if (of('system.memory.state') === 'free') return { theirs: ['virtual_memory.free'] }
      if (of('system.memory.state') === 'buffers') return { theirs: ['virtual_memory.buffers'] }
      // psutil counts as used what is neither free nor buffers nor cached; we what is not available.
      return undefined
    case 'system.paging.usage':
      return { theirs: [`swap_memory.${of('system.paging.state')}`], sum: `swap ${of('system.paging.state')}` }
    case 'system.paging.operations':
      if (of('system.paging.fault.type') !== 'major') return undefined
      return {
        theirs: [of('system.paging.direction') === 'in' ? 'swap_memory.sin' : 'swap_memory.sout'],
        as: (swapped) => swapped / 4096,
      }
    case 'system.disk.io':
      return { theirs: [`${disk}.${way}_bytes`] }
    case 'system.disk.operations':
      return { theirs: [`${disk}.${way}_count`] }
    case 'system.disk.merged':
      return { theirs: [`${disk}.${way}_merged_count`] }
    case 'system.disk.operation_time':
      return { theirs: [`${disk}.${way}_time`], as: (ms) => ms / 1000 }
    case 'system.disk.io_time':
      return { theirs: [`${disk}.busy_time`], as: (ms) => ms / 1000 }
    case 'system.filesystem.usage':
      if (of('system.filesystem.state') === 'reserved') return undefined
      return { theirs: [`disk_usage.${of('system.filesystem.mountpoint')}.${of('system.filesystem.state')}`] }
    case 'system.filesystem.limit':
      return { theirs: [`disk_usage.${of('system.filesystem.mountpoint')}.total`] }
    case 'system.network.io':
      return { theirs: [`${nic}.${bytes}`] }
    case 'system.network.packet.count':
      return { theirs: [`net_io_counters.${of('system.device')}.${packets}`] }
    case 'system.network.errors':
      return { theirs: [`${nic}.${errors}`] }
    case 'system.network.packet.dropped':
      return { theirs: [`${nic}.${drops}`] }
    case 'system.network.connection.count':
      if (of('network.transport') !== 'tcp') return undefined
      return { theirs: [`net_connections.tcp.${tcpStates[of('network.connection.state')]}`] }
    default:
      if (name.startsWith('system.cpu.load_average.'))
        return { theirs: [`getloadavg.${name.split('.').at(-1)}`], as: asInLoadavg }
      return fixed[name]
  }
}

/**
 * sysinfo(2) gives a load average in steps of 1/2048, /proc/loadavg rounds it to hundredths in a way of its own: 10/2048 are added
 * and what is left of a hundredth is cut. Source: Linux, fs/proc/loadavg.c and LOAD_FRAC of include/linux/sched/loadavg.h.
 */
function asInLoadavg(load: number): number {
  return Math.floor(((Math.round(load * 2048) + 10) * 100) / 2048) / 100
}

/** What must have been compared on any machine, of what the groups measure. */
const always = [
  'system.cpu.time',
  'system.cpu.logical.count',
  'system.cpu.load_average.1m',
  'system.memory.usage',
  'system.memory.linux.available',
  'system.paging.operations',
  'system.filesystem.usage',
  'system.network.io',
  'system.network.packet.count',
  'system.network.errors',
  'system.network.packet.dropped',
  'system.network.connection.count',
  'system.cpu.physical.count',
  'hostvitals.cpu.context_switches',
]

const problem = psutilProblem()
if (problem !== undefined && !isContinuousIntegration()) process.stderr.write(`skipped: ${problem}\n`)

it.skipIf(problem !== undefined && !isContinuousIntegration())(
  'every number that psutil has too is the same number',
  async () => {
    expect(problem).toBeUndefined()
    await using psutil = new Psutil()
    const comparison = await compareReadings({ counterpartOf, theirs: psutil.read, ours: ownScrape() })
    process.stdout.write(comparisonPage('psutil', comparison))
    expect(comparison.differences).toEqual([])
    const measured = new Set(
      groups.filter(({ isOff }) => !isOff).flatMap(({ metrics }) => metrics.map(({ name }) => name)),
    )
    const missing = always.filter(
      (name) => measured.has(name) && !comparison.compared.some((key) => key.startsWith(`${name} `)),
    )
    expect(missing).toEqual([])
  },
)

it.skipIf(problem !== undefined && !isContinuousIntegration())(
  'counters count from the boot that psutil tells',
  async () => {
    await using psutil = new Psutil()
    const bootedAtMs = Number((await psutil.read()).get('boot_time')) * 1000
    const counters = (await ownScrape()()).filter(({ series }) => series.name === 'system.cpu.time')
    expect(new Set(counters.map((sample) => sample.startTimeMs))).toEqual(new Set([bootedAtMs]))
  },
)
