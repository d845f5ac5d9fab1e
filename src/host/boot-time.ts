import type { ReadContext } from '../metric/metric.ts'
import { readProc } from './group.ts'
import { parseStat } from './proc/stat.ts'

/** When the host started, Unix milliseconds, from /proc/stat: the start of the kernel's counters. Read once per metric. */
export async function bootTime(context: Pick<ReadContext, 'proc' | 'remember'>, signal: AbortSignal): Promise<number> {
  const state = context.remember((): { bootedAtMs?: number } => ({}))
  state.bootedAtMs ??= parseStat(await readProc(context, 'stat', signal)).bootedAtMs
  return state.bootedAtMs
}
