import { useCallback, useRef, useState } from 'preact/hooks'
import type { PointSink } from './chart-group.tsx'

/** As many metrics as the server tells on one stream. */
const mostMetrics = 50

/** The groups of charts that take live points, and their metrics: those that came near last, where there are too many. */
export function usePointSinks(): {
  readonly sinks: ReadonlySet<PointSink>
  readonly metrics: readonly string[]
  readonly onNear: (sink: PointSink) => () => void
} {
  const sinks = useRef(new Set<PointSink>()).current
  const [metrics, setMetrics] = useState<readonly string[]>([])
  const onNear = useCallback(
    (sink: PointSink) => {
      function tell(): void {
        setMetrics([...new Set([...sinks].flatMap((each) => each.metrics))].slice(-mostMetrics))
      }
      sinks.add(sink)
      tell()
      return () => {
        sinks.delete(sink)
        tell()
      }
    },
    [sinks],
  )
  return { sinks, metrics, onNear }
}
