/** Milliseconds that a processor spent in each mode, as Node says it. */
export type OtherTimes = Readonly<Record<OtherMode, number>>

/** The modes that Node tells apart. */
export type OtherMode = (typeof otherModes)[number]

/** In the order of the samples. */
export const otherModes = ['user', 'nice', 'system', 'idle', 'interrupt'] as const

/** All processors together. */
export function sumOf(each: readonly OtherTimes[]): OtherTimes {
  const sum = (mode: OtherMode): number => each.reduce((total, times) => total + times[mode], 0)
  return {
    user: sum('user'),
    nice: sum('nice'),
    system: sum('system'),
    idle: sum('idle'),
    interrupt: sum('interrupt'),
  }
}

/** Each mode's share between two readings; undefined where no time passed, or a counter fell. */
export function otherShares(former: OtherTimes, now: OtherTimes): OtherTimes | undefined {
  const spent = otherModes.map((mode) => now[mode] - former[mode])
  const whole = spent.reduce((sum, ms) => sum + ms, 0)
  if (whole <= 0 || spent.some((ms) => ms < 0)) return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, interrupt = 0] = spent.map((ms) => ms / whole)
  return { user, nice, system, idle, interrupt }
}
