import type { KnownHost } from '../query/host/hosts.ts'
import type { HostRow, LiveMessage, LivePoint } from './api.ts'

/** What a stream is about. */
export interface LiveInterest {
  /** Undefined: all hosts. */
  readonly hostUids: ReadonlySet<string> | undefined
  readonly metrics: ReadonlySet<string>
  /** Where it goes on, Unix milliseconds. */
  readonly sinceMs: number
}

/** A message and, where it is more than a complaint, the id by which a reconnect goes on behind it. */
export interface LiveEvent {
  readonly message: LiveMessage
  readonly id?: string
}

/** A host as a stream tells it. */
export type LiveHost = Pick<HostRow, 'uid' | 'state' | 'ageMs' | 'cause'>

/** One open stream: it is told all, and keeps what is new for it. */
export class LiveListener {
  readonly interest: LiveInterest
  readonly #push: (event: LiveEvent) => void
  readonly #toldHosts = new Map<string, string>()
  readonly #newest = new Map<string, number>()
  #fromMs: number
  #trouble: string | undefined

  constructor(interest: LiveInterest, push: (event: LiveEvent) => void) {
    this.interest = interest
    this.#push = push
    this.#fromMs = interest.sinceMs
  }

  /** From where on it needs to be told. */
  get fromMs(): number {
    return this.#fromMs
  }

  /** The hosts that changed since it was told last; all of them at first and after trouble. */
  tellHosts(hosts: readonly { readonly known: KnownHost; readonly told: LiveHost }[], id: string): void {
    const changed = hosts.filter(({ known, told }) => {
      if (this.interest.hostUids?.has(told.uid) === false) return false
      const mark = [told.state, known.lastSeenMs, told.cause].join('/')
      if (this.#toldHosts.get(told.uid) === mark) return false
      this.#toldHosts.set(told.uid, mark)
      return true
    })
    if (changed.length === 0) return
    this.#push({ message: { type: 'hosts', hosts: changed.map(({ told }) => told) }, id })
  }

  /** The points that are new to it. */
  tellPoints(points: readonly LivePoint[], id: string): void {
    const { hostUids, metrics, sinceMs } = this.interest
    const fresh = points.filter((point) => {
      if (hostUids?.has(point.hostUid) === false || !metrics.has(point.metric)) return false
      const line = JSON.stringify([point.hostUid, point.metric, point.attributes, point.statistic])
      if (point.timeMs <= (this.#newest.get(line) ?? sinceMs)) return false
      this.#newest.set(line, point.timeMs)
      return true
    })
    if (fresh.length > 0) this.#push({ message: { type: 'points', points: fresh }, id })
  }

  /** All until then was told, but for what is on its way for longer than `allowanceMs`. */
  settle(nowMs: number, allowanceMs: number): void {
    this.#fromMs = Math.max(this.#fromMs, nowMs - allowanceMs)
    this.#trouble = undefined
  }

  /** Told once for each reason. */
  tellTrouble(problem: string, nextStep: string): void {
    if (this.#trouble === problem) return
    this.#trouble = problem
    this.#toldHosts.clear()
    this.#push({ message: { type: 'trouble', problem, nextStep } })
  }
}
