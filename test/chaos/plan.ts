import { Chance } from './chance.ts'

/** Everything that chaos does, and what each needs. */
export const faultKinds = [
  'agent killed',
  'agent killed twice',
  'agent stopped',
  'consumer killed',
  'consumer stopped',
  'broker killed',
  'broker cut from agents',
  'broker cut from consumers',
  'acknowledgement lost',
  'broker frozen to agents',
  'broker frozen to consumers',
  'database cut',
  'database frozen',
  'database killed',
  'cut before COMMIT',
  'cut after COMMIT',
  'database locked',
  'disk full',
  'right revoked',
] as const

/** One of them. */
export type FaultKind = (typeof faultKinds)[number]

/** One thing to do: after a pause, to the so-manieth process of its kind, for so long. */
export interface Step {
  readonly kind: FaultKind
  readonly pauseMs: number
  readonly target: number
  readonly durationMs: number
}

/** Steps that come one after the other, beside the other lanes. */
export interface Lane {
  readonly name: string
  /** Each kind of the lane is in it once before any comes again. */
  readonly steps: Iterable<Step>
  /** How many steps make one round of all kinds. */
  readonly round: number
}

/** How long a fault lasts, milliseconds. One that is over at once has none. A consumer's session is 10 s. */
const durations: Readonly<Partial<Record<FaultKind, readonly [from: number, to: number]>>> = {
  'agent killed twice': [0, 600],
  'agent stopped': [2000, 8000],
  'consumer stopped': [11_000, 14_000],
  'broker killed': [0, 4000],
  'broker frozen to agents': [6000, 14_000],
  'broker frozen to consumers': [3000, 12_000],
  'database frozen': [3000, 9000],
  'database killed': [0, 4000],
  'database locked': [4000, 9000],
  'disk full': [6000, 10_000],
}

const lanes: readonly {
  readonly name: string
  readonly kinds: readonly FaultKind[]
  readonly pauseMs: readonly [number, number]
}[] = [
  { name: 'agents', kinds: ['agent killed', 'agent killed twice', 'agent stopped'], pauseMs: [2000, 7000] },
  { name: 'consumers', kinds: ['consumer killed'], pauseMs: [6000, 14_000] },
  {
    name: 'world',
    kinds: faultKinds.filter((kind) => !kind.startsWith('agent ') && kind !== 'consumer killed'),
    pauseMs: [500, 4000],
  },
]

/** What this seed does with these kinds: the same for ever. The steps of a lane have no end; time ends them. */
export function planOf(seed: number, kinds: ReadonlySet<FaultKind>): readonly Lane[] {
  return lanes.flatMap((lane, at) => {
    const chosen = lane.kinds.filter((kind) => kinds.has(kind))
    if (chosen.length === 0) return []
    // Of a lane's own, so that a kind that this machine cannot do changes no other lane.
    const chance = new Chance(seed * lanes.length + at)
    return [{ name: lane.name, round: chosen.length, steps: stepsOf(chance, chosen, lane.pauseMs) }]
  })
}

function* stepsOf(chance: Chance, kinds: readonly FaultKind[], [from, to]: readonly [number, number]): Generator<Step> {
  for (;;) {
    for (const kind of chance.shuffled(kinds)) {
      const [shortest, longest] = durations[kind] ?? [0, 0]
      yield {
        kind,
        pauseMs: chance.between(from, to),
        target: Math.floor(chance.between(0, 1000)),
        durationMs: chance.between(shortest, longest),
      }
    }
  }
}
