import type { Emit } from '../runtime/events.ts'
import type { Kind, Sample } from './sample.ts'

/** Where a machine's files are. They differ from `/proc`, `/sys`, `/` inside a container that measures its host, and in tests. */
export interface HostRoots {
  readonly proc: string
  readonly sys: string
  readonly root: string
}

/** What a metric's function is given besides its signal. */
export interface ReadContext extends HostRoots {
  /** Unix milliseconds of this round. */
  readonly timeMs: number
  /** Monotonic milliseconds; for rates, since the wall clock may step. */
  readonly monotonicMs: number
  /** Begin of this agent's run, Unix milliseconds: counters that the agent itself keeps count from here. */
  readonly startedAtMs: number
  /**
   * State of this one metric that outlives the round: made at the first call and the same object ever after.
   * A helper like `cpuPercent` keeps its former reading here, so that two metrics never share it.
   */
  readonly remember: <T>(create: () => T) => T
  /**
   * What the metrics of this one round share under a key of theirs: made at the first call of the round. So a file that
   * several groups read is read once.
   */
  readonly shared: <T>(key: object, create: () => T) => T
  /** Where a built-in metric says that a part of it is a gap; absent where nobody listens. */
  readonly emit?: Emit
}

/**
 * A metric's function: gets a signal that aborts at the timeout, and the context of the round.
 * Throwing, rejecting, or returning anything but the declared kind of value is a gap with an event, never a zero.
 */
export type Read<T> = (signal: AbortSignal, context: ReadContext) => T | Promise<T>

/** Something that is asked for samples once a round: one gauge, or a whole group of the host such as `cpu`. */
export interface Metric {
  /** Of a single metric its name; of a group the group's name. Unique within an agent. */
  readonly name: string
  /** Absent: the agent's interval. */
  readonly intervalMs?: number
  /** Without `intervalMs`: it is asked at the agent's interval, but not more often than this. */
  readonly leastIntervalMs?: number
  /** Absent: the interval, at most ten seconds. */
  readonly timeoutMs?: number
  /** `producer.config.ts:8`, for messages. Absent for the built-in groups. */
  readonly definedAt?: string
  /** The kind of the single metric; absent for groups, whose samples carry their own. */
  readonly kind?: Kind
  readonly unit?: string
  /** True where an application records into it between the rounds: what it holds is taken once more when the agent stops. */
  readonly isInstrument?: boolean
  /** Reads now. Samples that are missing are not in the list; a rejection fails this metric for this round, and no other. */
  readonly read: Read<readonly Sample[]>
  /** Gives back what it holds open between the rounds; a later reading opens it anew. */
  readonly close?: () => void
}
