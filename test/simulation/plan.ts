import { SeededRandom } from './seeded-random.ts'

/** What may go wrong, by name. What each does is said in `faults.ts`. */
export const faultKinds = [
  'agent-killed',
  'agent-power-cut',
  'disk-full',
  'sync-fails',
  'bit-rot',
  'acknowledged-lost',
  'agent-clock-steps',
  'consumer-clock-steps',
  'machine-forked',
  'disk-cloned',
  'broker-away',
  'send-fails',
  'log-cut',
  'topic-remade',
  'partition-added',
  'rebalance',
  'consumer-killed',
  'consumer-stopped',
  'consumer-leaves',
  'database-away',
  'database-error',
  'database-restored',
  'position-deleted',
  'floor-moves',
  'foreign-record',
  'poison',
] as const

/** One of them. */
export type FaultKind = (typeof faultKinds)[number]

/** One fault of a history. What its numbers mean its kind says. */
export interface Fault {
  readonly kind: FaultKind
  /** From the begin of the history. */
  readonly atMs: number
  /** Which machine, partition …, counted around. */
  readonly target: number
  /** How much, from 0 to 1. */
  readonly amount: number
  /** How many steps of I/O later. */
  readonly steps: number
}

/** What the world of a history is made of. */
export interface Shape {
  readonly agents: number
  readonly consumers: number
  readonly partitions: number
  readonly intervalMs: number
  /** Scrapes of each agent. */
  readonly rounds: number
  readonly spool: {
    readonly maxBytes: number
    readonly segmentBytes: number
    readonly keepAcknowledgedBytes: number
  }
  /** Most records of one partition in one fetch. */
  readonly mostRecords: number
}

/** A history before it happens: the seed gives the details, the faults may be made fewer. */
export interface Plan {
  readonly seed: number
  readonly shape: Shape
  readonly faults: readonly Fault[]
}

const everyKind: Readonly<Record<FaultKind, number>> = {
  'agent-killed': 0.4,
  'agent-power-cut': 0.3,
  'disk-full': 0.2,
  'sync-fails': 0.15,
  'bit-rot': 0.08,
  'acknowledged-lost': 0.2,
  'agent-clock-steps': 0.2,
  'consumer-clock-steps': 0.06,
  'machine-forked': 0.2,
  'disk-cloned': 0.15,
  'broker-away': 0.3,
  'send-fails': 0.5,
  'log-cut': 0.2,
  'topic-remade': 0.1,
  'partition-added': 0.2,
  rebalance: 0.3,
  'consumer-killed': 0.5,
  'consumer-stopped': 0.3,
  'consumer-leaves': 0.2,
  'database-away': 0.3,
  'database-error': 0.5,
  'database-restored': 0.3,
  'position-deleted': 0.2,
  'floor-moves': 0.25,
  'foreign-record': 0.5,
  poison: 0.3,
}

/** Kinds of which a history has many. */
const frequent: ReadonlySet<FaultKind> = new Set(['foreign-record', 'send-fails', 'database-error'])

/** The history of a seed. Each enables some kinds of faults at random, few or many: all at once would hide each other. */
export function planOf(seed: number): Plan {
  const random = new SeededRandom(`plan ${seed}`)
  const intervalMs = random.pick([100, 1000, 1000, 10_000, 60_000, 600_000, 3_600_000, 7_200_000])
  const rounds = random.whole(6, 36)
  const shape: Shape = {
    agents: random.pick([1, 1, 2, 2, 3]),
    consumers: random.pick([1, 1, 2, 2, 3]),
    partitions: random.pick([1, 2, 3]),
    intervalMs,
    rounds,
    spool: {
      maxBytes: random.pick([1e9, 1e9, 1e9, 6000, 20_000]),
      segmentBytes: random.pick([400, 1500, 1500, 6000]),
      keepAcknowledgedBytes: random.pick([0, 3000, 1e6]),
    },
    mostRecords: random.pick([1, 3, 10, 500]),
  }
  const intensity = random.pick([0.3, 0.6, 1, 1, 1.6])
  const faults = faultKinds.flatMap((kind) => {
    if (!random.chance(everyKind[kind] * Math.min(1, intensity * 1.2))) return []
    const most = frequent.has(kind) ? 8 : 3
    return Array.from({ length: random.whole(1, Math.ceil(most * intensity)) }, (): Fault => ({
      kind,
      atMs: Math.floor(random.unit() * intervalMs * (rounds + 2)),
      target: random.whole(0, 1000),
      amount: random.unit(),
      steps: random.whole(1, random.pick([3, 12, 60])),
    }))
  })
  return { seed, shape, faults: faults.toSorted((a, b) => a.atMs - b.atMs) }
}

/** How long the faults last. */
export function durationOf({ intervalMs, rounds }: Shape): number {
  return intervalMs * (rounds + 2)
}
