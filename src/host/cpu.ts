import type { Metric } from '../metric/metric.ts'
import type { Sample } from '../metric/sample.ts'
import { group, readProc, sampleOf, type Definition } from './group.ts'
import { parseStat, type CpuTimes } from './proc/stat.ts'

const time: Definition = {
  name: 'system.cpu.time',
  unit: 's',
  kind: 'counter',
  description: 'Seconds each CPU spent in each mode',
}
const utilization: Definition = {
  name: 'system.cpu.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the time in each mode, all CPUs together, since the former round',
}
const count: Definition = {
  name: 'system.cpu.logical.count',
  unit: '{cpu}',
  kind: 'updowncounter',
  integer: true,
  description: 'CPUs that are on',
}

/** Processor time and its shares, from /proc/stat. Shares need a former reading: the first round has none. */
export const cpu: Metric = group('cpu', async (signal, context) => {
  const stat = parseStat(await readProc(context, 'stat', signal))
  const state = context.remember((): { former?: CpuTimes } => ({}))
  const samples: Sample[] = modesOf(stat.total).map(([mode, seconds]) =>
    sampleOf(time, seconds, { 'cpu.mode': mode }, stat.bootedAtMs),
  )
  samples.push(sampleOf(count, stat.cpus.size))
  if (state.former !== undefined) samples.push(...shares(state.former, stat.total))
  state.former = stat.total
  return samples
})

/** Each mode's share between two readings; none where no time passed or a counter fell. */
function shares(former: CpuTimes, now: CpuTimes): readonly Sample[] {
  const before = new Map(modesOf(former))
  const spent = modesOf(now).map(([mode, seconds]) => [mode, seconds - (before.get(mode) ?? 0)] as const)
  const whole = spent.reduce((sum, [, seconds]) => sum + seconds, 0)
  if (whole <= 0 || spent.some(([, seconds]) => seconds < 0)) return []
  return spent.map(([mode, seconds]) => sampleOf(utilization, seconds / whole, { 'cpu.mode': mode }))
}

function modesOf(times: CpuTimes): readonly (readonly [string, number])[] {
  return Object.entries(times)
}
