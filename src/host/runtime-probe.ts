import { constants, monitorEventLoopDelay, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { HistogramAccumulator } from '../metric/exponential-histogram.ts'
import type { ExponentialHistogram } from '../metric/sample.ts'

/** What the event loop's timer was late by, seconds. */
export type LoopDelays = Readonly<Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', number>>

/** What is watched of this process between the rounds. */
export interface RuntimeProbe {
  /** Since the former call; undefined where nothing was measured, or is. */
  readonly delays: () => LoopDelays | undefined
  /** Since the former call, by type. */
  readonly collections: () => ReadonlyMap<string, ExponentialHistogram>
  readonly close: () => void
}

// A timer of 20 ms costs an idle agent 2.6 ms of processor time a second, one of 100 ms 1.0: measured. A delay that matters is longer.
const resolutionMs = 250

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
  const loop = parts.delays ? monitorEventLoopDelay({ resolution: resolutionMs }) : undefined
  loop?.enable()
  const byType = new Map<string, HistogramAccumulator>()
  const observer = parts.collections ? new PerformanceObserver((list) => add(byType, list.getEntries())) : undefined
  observer?.observe({ entryTypes: ['gc'] })
  return {
    delays: () => {
      if (loop === undefined || loop.count === 0) return undefined
      const found = {
        min: late(loop.min),
        max: late(loop.max),
        mean: late(loop.mean),
        stddev: loop.stddev / 1e9,
        p50: late(loop.percentile(50)),
        p90: late(loop.percentile(90)),
        p99: late(loop.percentile(99)),
      }
      loop.reset()
      return found
    },
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
      loop?.disable()
      observer?.disconnect()
    },
  }
}

/** What was measured is the time between two turns of the timer. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds - resolutionMs * 1e6) / 1e9
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
