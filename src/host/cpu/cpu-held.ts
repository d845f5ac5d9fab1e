import type { CpuTimes } from '../proc/stat.ts'

/** What the kernel estimates anew at each reading, and so may say less of than before. */
const falling = ['idle', 'iowait', 'steal'] as const
const never = ['user', 'nice', 'system', 'interrupt'] as const

/** A fall of so much or more is none of the kernel's small ones, but a processor or a machine that began anew. */
const leastResetSeconds = 3

/**
 * A reading of a processor's times, each that fell a little held at what was said before; the reading itself where it is a
 * reset. Source: proc_stat(5) on iowait; idle and steal fall in the same way.
 */
export function heldTimes(former: CpuTimes | undefined, now: CpuTimes): CpuTimes {
  if (former === undefined || never.some((mode) => now[mode] < former[mode])) return now
  if (falling.some((mode) => former[mode] - now[mode] >= leastResetSeconds)) return now
  return {
    ...now,
    idle: Math.max(former.idle, now.idle),
    iowait: Math.max(former.iowait, now.iowait),
    steal: Math.max(former.steal, now.steal),
  }
}
