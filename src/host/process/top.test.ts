import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree, type MachineTree } from '../../../test/support/machine-tree.ts'
import { parsePidStat } from '../proc/pid-stat.ts'
import { top } from './top.ts'

/** /proc/PID/stat; times in ticks of 10 ms, memory in pages. */
function stat(pid: number, command: string, { user = 0, system = 0, start = 500, pages = 0 } = {}): MachineTree {
  const fields = [
    'S',
    1,
    pid,
    pid,
    0,
    -1,
    4194304,
    70,
    0,
    7,
    0,
    user,
    system,
    0,
    0,
    20,
    0,
    3,
    0,
    start,
    9_000_000,
    pages,
  ]
  return { [`proc/${pid}/stat`]: `${pid} (${command}) ${fields.join(' ')} 18446744073709551615 0 0\n` }
}

const standard = top.metrics.filter(({ isOptIn }) => isOptIn !== true).map(({ name }) => name)
const machine = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n', 'proc/uptime': '65.00 100.00\n' }

function names(found: Readonly<Record<string, number>>): readonly string[] {
  return [...new Set(Object.keys(found).map((key) => /executable\.name=([^,}]+)/.exec(key)?.[1] ?? ''))].sort()
}

it('measures a process, and nothing of its command line or environment', async () => {
  const { roots } = machineTree({
    ...machine,
    ...stat(42, 'postgres', { user: 123, system: 77, pages: 2 }),
    'proc/42/status':
      'Name:\tpostgres\nVmSize:\t    9000 kB\nVmRSS:\t    8 kB\nvoluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t545\n',
    'proc/42/io': 'rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n',
    'proc/42/fd/0': '',
    'proc/42/fd/1': '',
    'proc/42/cmdline': 'postgres\u0000--password=hunter2',
    'proc/42/environ': 'PGPASSWORD=hunter2',
  })
  const own = 'process.executable.name=postgres,process.pid=42'
  const rounds = groupRounds(top, roots)
  expect(await rounds.next()).toEqual({
    [`process.cpu.time{cpu.mode=user,${own}}`]: 1.23,
    [`process.cpu.time{cpu.mode=system,${own}}`]: 0.77,
    [`process.memory.usage{${own}}`]: 8192,
    [`process.memory.virtual{${own}}`]: 9_216_000,
    [`process.thread.count{${own}}`]: 3,
    [`process.unix.file_descriptor.count{${own}}`]: 2,
    [`process.context_switches{process.context_switch.type=voluntary,${own}}`]: 150,
    [`process.context_switches{process.context_switch.type=involuntary,${own}}`]: 545,
    [`process.paging.faults{${own},system.paging.fault.type=major}`]: 7,
    [`process.paging.faults{${own},system.paging.fault.type=minor}`]: 70,
    [`process.disk.io{disk.io.direction=read,${own}}`]: 4096,
    [`process.disk.io{disk.io.direction=write,${own}}`]: 8192,
    [`process.uptime{${own}}`]: 60,
  })
  const counters = (await rounds.nextSamples()).filter(({ series }) => series.kind === 'counter')
  expect(new Set(counters.map(({ startTimeMs }) => startTimeMs))).toEqual(new Set([105_000]))
  expect(JSON.stringify(counters)).not.toContain('hunter2')
})

const opted = [
  'process.cpu.utilization',
  'process.memory.utilization',
  'process.disk.operations',
  'process.signals_pending',
]

/** /proc/PID/status with these pending signals, of a process that may use these processors. */
function status(pending: string, cpus: string): string {
  return `Name:\tjob\nVmRSS:\t    250 kB\nSigPnd:\t0000000000000000\nShdPnd:\t${pending}\nCpus_allowed_list:\t${cpus}\n`
}

it('measures shares, calls and signals where they are asked for', async () => {
  const { roots, write } = machineTree({
    ...machine,
    'proc/meminfo': 'MemTotal:       1000 kB\n',
    'sys/devices/system/cpu/online': '0-3\n',
    ...stat(42, 'job', { user: 100, system: 50, pages: 2 }),
    'proc/42/status': status('0000000180004000', '0-127'),
    'proc/42/io': 'rchar: 1\nwchar: 2\nsyscr: 30\nsyscw: 40\nread_bytes: 4096\nwrite_bytes: 8192\n',
  })
  const rounds = groupRounds(top, roots, { also: opted, without: standard })
  const own = 'process.executable.name=job,process.pid=42'
  const first = {
    [`process.memory.utilization{${own}}`]: 0.25,
    [`process.disk.operations{disk.io.direction=read,${own}}`]: 30,
    [`process.disk.operations{disk.io.direction=write,${own}}`]: 40,
    [`process.signals_pending{${own}}`]: 3,
  }
  expect(await rounds.next()).toEqual(first)
  // Half a second of user time and a tenth of the system's within one second, on four processors that are on.
  write(stat(42, 'job', { user: 150, system: 60, pages: 2 }))
  expect(await rounds.next()).toEqual({
    ...first,
    [`process.cpu.utilization{cpu.mode=user,${own}}`]: 0.125,
    [`process.cpu.utilization{cpu.mode=system,${own}}`]: expect.closeTo(0.025, 10),
  })
  // It is bound to one of them.
  write({ ...stat(42, 'job', { user: 200, system: 59, pages: 2 }), 'proc/42/status': status('0', '2') })
  expect(await rounds.next()).toEqual({
    ...first,
    [`process.signals_pending{${own}}`]: 0,
    [`process.cpu.utilization{cpu.mode=user,${own}}`]: 0.5,
  })
  // Another process under its number was not there.
  write(stat(42, 'job', { user: 300, start: 900, pages: 2 }))
  expect(Object.keys(await rounds.next()).filter((key) => key.startsWith('process.cpu'))).toEqual([])
})

it('leaves out shares and signals that a strange or hidden file does not tell', async () => {
  const { roots } = machineTree({
    ...machine,
    'proc/meminfo': 'MemTotal:       0 kB\n',
    'sys/devices/system/cpu/online': '0-3\n',
    ...stat(42, 'job', { user: 100 }),
    'proc/42/status': 'VmRSS:\t 8 kB\nSigPnd:\tzz\nShdPnd:\t00\nCpus_allowed_list:\t0-x\n',
  })
  const rounds = groupRounds(top, roots, { also: opted, without: standard })
  expect(await rounds.next()).toEqual({})
  expect(await rounds.next()).toEqual({})
})

it('says of a process of this machine what the kernel does', async () => {
  const roots = { proc: '/proc', sys: '/sys', root: '/' }
  const rounds = groupRounds(top, roots, { also: opted, top: 100 })
  await rounds.next()
  const found = Object.entries(await rounds.next())
  const names = new Set(found.map(([key]) => key.split('{')[0]))
  expect(opted.filter((name) => !names.has(name))).toEqual([])
  expect(found.filter(([key, value]) => key.includes('utilization') && !(value >= 0 && value <= 1))).toEqual([])
})

it('takes those with most processor time since the former round, and those with most memory', async () => {
  const { roots, write } = machineTree({
    ...machine,
    ...stat(1, 'old', { user: 9000, pages: 1 }),
    ...stat(2, 'big', { pages: 900 }),
    ...stat(3, 'busy', { user: 100, pages: 3 }),
    ...stat(4, 'calm', { user: 99, pages: 4 }),
  })
  const rounds = groupRounds(top, roots, { top: 1 })
  expect(names(await rounds.next())).toEqual(['big', 'old'])
  write(stat(3, 'busy', { user: 150, pages: 3 }))
  write(stat(1, 'old', { user: 9001, pages: 1 }))
  expect(names(await rounds.next())).toEqual(['big', 'busy'])
  // The same number, another process: all that it used is new.
  write(stat(4, 'calm', { user: 20, pages: 4, start: 900 }))
  expect(names(await rounds.next())).toEqual(['big', 'calm'])
  expect(names(await groupRounds(top, roots, { top: 1, by: ['cpu'] }).next())).toEqual(['old'])
  expect(names(await groupRounds(top, roots, { include: ['b*'] }).next())).toEqual(['big', 'busy'])
})

it('makes no second series of a process that runs another program in its place', async () => {
  const { roots, write } = machineTree({ ...machine, ...stat(42, 'sh', { user: 5, pages: 1 }) })
  const rounds = groupRounds(top, roots)
  const first = Object.keys(await rounds.next())
  write(stat(42, 'java', { user: 9, pages: 900 }))
  const later = await rounds.next()
  expect(Object.keys(later)).toEqual(first)
  expect(later['process.cpu.time{cpu.mode=user,process.executable.name=sh,process.pid=42}']).toBe(0.09)
  // Another process with the same number is another one.
  write(stat(42, 'cron', { user: 1, start: 900 }))
  expect(names(await rounds.next())).toEqual(['cron'])
})

it('leaves out what other users’ processes do not show, and processes that end meanwhile', async () => {
  const { roots } = machineTree({
    ...machine,
    ...stat(7, 'theirs', { user: 5 }),
    'proc/8/cmdline': '',
    'proc/9/stat': '',
  })
  expect(Object.keys(await groupRounds(top, roots).next()).map((key) => key.split('{')[0])).toEqual([
    'process.cpu.time',
    'process.cpu.time',
    'process.thread.count',
    'process.paging.faults',
    'process.paging.faults',
    'process.uptime',
  ])
})

it('leaves out a process whose file is strange, and says so where all are', async () => {
  const { roots, remove } = machineTree({ ...machine, ...stat(7, 'fine', { user: 5 }), 'proc/8/stat': '8 (cut) S 1' })
  expect(names(await groupRounds(top, roots).next())).toEqual(['fine'])
  remove('proc/7')
  await expect(groupRounds(top, roots).next()).rejects.toMatchObject({ code: 'HOSTVITALS_FORMAT' })
})

it('reads a command that has brackets, blanks and newlines', () => {
  const fields = 'S 1 1 1 0 -1 0 1 0 2 0 3 4 0 0 20 0 5 0 600 7 8\n'
  expect(parsePidStat(Buffer.from(`9 (a) b (\n) ${fields}`))).toEqual({
    command: 'a) b (\n',
    minorFaults: 1,
    majorFaults: 2,
    userSeconds: 0.03,
    systemSeconds: 0.04,
    threads: 5,
    startSeconds: 6,
    pages: 8,
  })
})

it.each(['', '1 (a', '1 (a) S 1 2', '1 (a) S 1 1 1 0 -1 0 x', '\u0000\u0001'])(
  'refuses %j, naming the file',
  (text) => {
    expect(() => parsePidStat(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'HOSTVITALS_FORMAT', message: expect.stringContaining('PID/stat') }),
    )
  },
)

it.each([{ top: 0 }, { top: 1.5 }, { top: 101 }, { by: [] }, { by: ['cpus'] }])('refuses %j', (options) => {
  const { roots } = machineTree(machine)
  expect(() => groupRounds(top, roots, options)).toThrow(expect.objectContaining({ code: 'HOSTVITALS_CONFIGURATION' }))
})
