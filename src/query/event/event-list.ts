import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from '../host/hosts.ts'
import type { Level, Threshold } from './levels.ts'
import { checkRange, limits } from '../limits.ts'
import { readSetAside } from './set-aside.ts'
import { readStarts } from './starts.ts'
import { readCrossings } from './crossings.ts'
import { readGapEvents } from './gap-events.ts'

/** What happened. */
export interface HappenedEvent {
  readonly timeMs: number
  readonly kind: 'threshold' | 'restart' | 'reboot' | 'gap' | 'dead-letter' | 'new-host'
  readonly level: Level
  readonly host: string | null
  readonly hostUid: string | null
  readonly text: string
}

/** What is asked. */
export interface EventsQuestion {
  readonly hosts: readonly KnownHost[]
  readonly isEveryHost: boolean
  readonly fromMs: number
  readonly toMs: number
  readonly nowMs: number
  readonly thresholds: readonly Threshold[]
}

/** Some events, and whether there are more. */
export interface SomeEvents {
  readonly events: readonly HappenedEvent[]
  readonly isCut: boolean
}

/** What happened in a range, the newest first, at most a thousand. Throws UsageError and LimitError. */
export async function readEvents(store: MetricStore, question: EventsQuestion): Promise<SomeEvents> {
  checkRange(question.fromMs, question.toMs)
  const parts = [
    await readStarts(store, question),
    await readGapEvents(store, question),
    await readSetAside(store, question),
    await readCrossings(store, question),
  ]
  const events = parts.flatMap((part) => part.events).toSorted((a, b) => b.timeMs - a.timeMs)
  return {
    events: events.slice(0, limits.events),
    isCut: events.length > limits.events || parts.some(({ isCut }) => isCut),
  }
}
