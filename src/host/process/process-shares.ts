import type { Definition } from '../definition.ts'
import { parseCpuList } from '../proc/cpu-list.ts'
import { unlessStrange } from '../proc/unless-strange.ts'

/** Share of the processors that it may use; the conventions' `process.cpu.utilization`. */
export const cpuUtilization: Definition = {
  name: 'process.cpu.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the time of the processors that the process may use, since the former round',
  attributes: { 'cpu.mode': 'user, system' },
  source:
    'difference of two readings of /proc/PID/stat, fields 14 and 15, divided by the time and by the processors that are on and in Cpus_allowed_list of /proc/PID/status',
  isOptIn: true,
}

/** Share of the machine's memory; the conventions' `process.memory.utilization`. */
export const memoryUtilization: Definition = {
  name: 'process.memory.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the machine’s memory that the process has in RAM',
  source: '/proc/PID/status, VmRSS, divided by MemTotal of /proc/meminfo',
  isOptIn: true,
}

/** Calls that read or write; the conventions' `process.disk.operations`. */
export const diskOperations: Definition = {
  name: 'process.disk.operations',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description: 'Calls that read or write, of pipes and sockets too, as the OpenTelemetry Collector has it',
  attributes: { 'disk.io.direction': 'read, write' },
  source: '/proc/PID/io, syscr and syscw; only of processes that are the agent’s own, or with CAP_SYS_PTRACE',
  isOptIn: true,
}

/** Signals that wait; the conventions' `process.signals_pending`. */
export const signalsPending: Definition = {
  name: 'process.signals_pending',
  unit: '{signal}',
  kind: 'updowncounter',
  integer: true,
  description:
    'Signals that wait for the process or its first thread, each kind once: the kernel does not tell how often',
  source: '/proc/PID/status, number of bits in SigPnd and ShdPnd',
  isOptIn: true,
}

/** How many bits are set in two masks of 64, `0000000000004000`; undefined where either is missing. */
export function signalsIn(own: string | undefined, shared: string | undefined): number | undefined {
  if (own === undefined || shared === undefined) return undefined
  // Each mask by itself: the same signal may wait for the thread and for the process.
  const bits = [own, shared].map((mask) => (/^[\da-f]{1,16}$/.test(mask) ? BigInt(`0x${mask}`).toString(2) : 'strange'))
  return bits.includes('strange') ? undefined : bits.join('').replaceAll('0', '').length
}

/** How many processors a process may use that are on: of the kernel's two lists. Undefined where either is strange or missing. */
export function usableCpus(allowed: string | undefined, online: string | undefined): number | undefined {
  if (allowed === undefined || online === undefined) return undefined
  return unlessStrange(() => {
    const on = new Set(parseCpuList('cpu/online', online))
    const count = parseCpuList('PID/status', allowed).filter((cpu) => on.has(cpu)).length
    return count === 0 ? undefined : count
  })
}
