import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { HistogramAccumulator } from '../../metric/exponential-histogram.ts'
import type { ExponentialHistogram } from '../../metric/sample.ts'
import { systemClock } from '../../runtime/clock.ts'
import { LoopDelayWatch, type LoopDelays } from './loop-delays.ts'

/** What is watched of this process between the rounds. */
export interface RuntimeProbe {
  /** Since the former call; undefined where nothing was measured, or is. */
  readonly delays: () => LoopDelays | undefined
  /** Since the former call, by type. */
  readonly collections: () => ReadonlyMap<string, ExponentialHistogram>
  readonly close: () => void
}

const gcTypes: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  // The collector of young objects that V8 has beside the usual one.
  [2, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Begins to watch this process. Neither of the two watchers keeps it alive. */
export function watchRuntime(parts: { readonly delays: boolean; readonly collections: boolean }): RuntimeProbe {
  const loop = parts.delays ? new LoopDelayWatch(systemClock.monotonic) : undefined
  const byType = new Map<string, HistogramAccumulator>()
  const observer = parts.collections ? new PerformanceObserver((list) => add(byType, list.getEntries())) : undefined
  observer?.observe({ entryTypes: ['gc'] })
  return {
    delays: () => loop?.take(),
    collections: () => {
      add(byType, observer?.takeRecords() ?? [])
      return new Map(
        [...byType].flatMap(([type, accumulator]) => {
          const taken = accumulator.take()
          return taken === undefined ? [] : [[type, taken] as const]
        }),
      )
    },
    close: () => {
      loop?.close()
      observer?.disconnect()
    },
  }
}

function add(byType: Map<string, HistogramAccumulator>, entries: readonly PerformanceEntry[]): void {
  for (const entry of entries) {
    const detail: unknown = 'detail' in entry ? entry.detail : undefined
    const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
    const type = typeof kind === 'number' ? gcTypes.get(kind) : undefined
    if (type === undefined) continue
    const accumulator = byType.get(type) ?? new HistogramAccumulator()
    byType.set(type, accumulator)
    accumulator.record(entry.duration / 1000)
  }
}
