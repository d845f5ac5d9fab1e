import { useEffect, useRef } from 'preact/hooks'
import type { HostAnswer } from '../../api.ts'
import { useApp } from '../app.ts'
import { defaultRange } from '../address/time-range.ts'

const ranges = [
  [90_000, 'now-2m'],
  [300_000, 'now-5m'],
  [900_000, 'now-15m'],
] as const

/**
 * A host that began a minute ago would fill the last pixels of an hour. Where the address names no range, a host as young as this
 * gets a shorter one, once; the address then says it.
 */
export function useYoungRange(answer: HostAnswer | undefined): void {
  const app = useApp()
  const isDone = useRef(false)
  useEffect(() => {
    if (answer === undefined || isDone.current) return
    isDone.current = true
    const age = answer.nowMs - answer.firstSeenMs
    const from = ranges.find(([length]) => age < length)?.[1]
    if (from !== undefined && app.view.value.range === defaultRange) app.go({ range: { from, to: 'now' } }, 'replace')
  }, [answer, app])
}
