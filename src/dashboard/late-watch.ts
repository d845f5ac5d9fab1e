import { hostState } from '../query/host/host-state.ts'
import type { KnownHost } from '../query/host/hosts.ts'
import type { LateSpan } from './api.ts'

const mostSpans = 50
const keptMs = 14 * 86_400_000

interface Watched {
  readonly lastSeenMs: number
  readonly isLate: boolean
}

/**
 * Which data came late. The rows do not say when they arrived, so this is what was seen happening here: a host that was
 * late or down, and whose newest reading then moved on. What happened before this program ran, or while nobody looked, it
 * does not know.
 */
export class LateWatch {
  readonly #hosts = new Map<string, Watched>()
  readonly #spans = new Map<string, readonly LateSpan[]>()

  /** To be called whenever the hosts were read. */
  see(hosts: readonly KnownHost[], nowMs: number): void {
    for (const { agentUid, lastSeenMs, intervalMs } of hosts) {
      const former = this.#hosts.get(agentUid)
      if (former?.isLate === true && lastSeenMs > former.lastSeenMs) {
        this.#add({ hostUid: agentUid, fromMs: former.lastSeenMs, toMs: lastSeenMs }, nowMs)
      }
      const isLate = hostState(nowMs - lastSeenMs, intervalMs) !== 'up'
      this.#hosts.set(agentUid, { lastSeenMs, isLate })
    }
  }

  /** The spans of these hosts that lie in the range. */
  spans(hostUids: Iterable<string>, fromMs: number, toMs: number): readonly LateSpan[] {
    return [...hostUids].flatMap((uid) =>
      (this.#spans.get(uid) ?? []).filter((span) => span.toMs > fromMs && span.fromMs < toMs),
    )
  }

  #add(span: LateSpan, nowMs: number): void {
    const former = (this.#spans.get(span.hostUid) ?? []).filter(({ toMs }) => toMs > nowMs - keptMs)
    const last = former.at(-1)
    // A spool that is emptied record by record is one span.
    const spans =
      last?.toMs === span.fromMs ? [...former.slice(0, -1), { ...last, toMs: span.toMs }] : [...former, span]
    this.#spans.set(span.hostUid, spans.slice(-mostSpans))
  }
}
