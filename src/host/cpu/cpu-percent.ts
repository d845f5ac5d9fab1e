import { readFile } from 'node:fs/promises'
import type { Read } from '../../metric/metric.ts'
import { systemClock } from '../../runtime/clock.ts'
import { parseStat, type CpuTimes } from '../proc/stat.ts'

const firstSpanMs = 200

/**
 * How busy the host's processors are, 0 to 100, since this metric's former reading; the first reading measures a fifth of a
 * second. Give it to a gauge as it is: `gauge('cpu.percent', cpuPercent)`.
 */
export const cpuPercent: Read<number> = async (signal, context) => {
  const read = async (): Promise<CpuTimes> => parseStat(await readFile(`${context.proc}/stat`, { signal })).total
  const state = context.remember((): { former?: CpuTimes; percent: number } => ({ percent: 0 }))
  if (state.former === undefined) {
    state.former = await read()
    await systemClock.sleep(firstSpanMs, signal)
  }
  const now = await read()
  const whole = sum(now) - sum(state.former)
  const idle = now.idle + now.iowait - state.former.idle - state.former.iowait
  // Two readings within one tick of the kernel say nothing new. Ticks are hundredths, sums of them are not exact.
  if (whole > 0) state.percent = Math.min(100, Math.max(0, Math.round((1e4 * (whole - idle)) / whole) / 100))
  state.former = now
  return state.percent
}

function sum(times: CpuTimes): number {
  return Object.values(times).reduce((total: number, seconds: number) => total + seconds, 0)
}
