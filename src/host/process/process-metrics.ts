import type { Definition } from '../definition.ts'

/** The conventions' metrics of a process; each group says whose, and from where. */
export const cpuTime: Definition = {
  name: 'process.cpu.time',
  unit: 's',
  kind: 'counter',
  description: 'Processor time',
  attributes: { 'cpu.mode': 'user, system' },
  source: 'getrusage(2)',
}

/** Resident memory. */
export const memoryUsage: Definition = {
  name: 'process.memory.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Memory that is in RAM',
  source: '/proc/self/stat, field 24 times the page size',
}

/** Memory that it has addresses for. */
export const memoryVirtual: Definition = {
  name: 'process.memory.virtual',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Memory that the process has addresses for',
  source: '/proc/PID/status, VmSize',
}

/** Bytes that went to and came from disks. */
export const diskIo: Definition = {
  name: 'process.disk.io',
  unit: 'By',
  kind: 'counter',
  integer: true,
  description: 'Bytes read from and written to disks',
  attributes: { 'disk.io.direction': 'read, write' },
  source:
    '/proc/PID/io, read_bytes and write_bytes; only of processes that are the agent’s own, or with CAP_SYS_PTRACE',
}

/** Threads. */
export const threadCount: Definition = {
  name: 'process.thread.count',
  unit: '{thread}',
  kind: 'updowncounter',
  integer: true,
  description: 'Threads of the process',
  source: '/proc/PID/stat, field 20',
}

/** Time since it started. */
export const processUptime: Definition = {
  name: 'process.uptime',
  unit: 's',
  kind: 'gauge',
  description: 'Time since the process started',
  source: 'the process itself',
}

/** Open files. */
export const descriptorCount: Definition = {
  name: 'process.unix.file_descriptor.count',
  unit: '{file_descriptor}',
  kind: 'updowncounter',
  integer: true,
  description: 'Open files, sockets and pipes',
  source: '/proc/self/fd, number of entries',
}

/** Context switches. */
export const contextSwitches: Definition = {
  name: 'process.context_switches',
  unit: '{context_switch}',
  kind: 'counter',
  integer: true,
  description: 'How often the process gave the processor away, or had it taken',
  attributes: { 'process.context_switch.type': 'voluntary, involuntary' },
  source: 'getrusage(2)',
}

/** Page faults. */
export const pagingFaults: Definition = {
  name: 'process.paging.faults',
  unit: '{fault}',
  kind: 'counter',
  integer: true,
  description: 'Page faults; a major one waited for a disk',
  attributes: { 'system.paging.fault.type': 'major, minor' },
  source: 'getrusage(2)',
}
