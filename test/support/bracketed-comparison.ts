import { isHistogramSample, type NumberSample, type Sample, type Series } from '../../src/metric/sample.ts'

/** What another program says of this machine, by a name of its own. */
export type Reading = ReadonlyMap<string, number>

/** What of the other program a number of ours is: a sum, what is taken from it, and how its unit becomes ours. */
export interface Counterpart {
  readonly theirs: readonly string[]
  readonly minus?: readonly string[]
  readonly as?: (theirs: number) => number
  /** Several of our series together are that one: those with the same text. */
  readonly sum?: string
  /** True where the kernel lets a counter fall a little, as it says of idle time. */
  readonly mayFall?: boolean
}

/** An attribute as the texts of other programs have it; empty where the series has it not. */
export function labelOf({ attributes }: Pick<Series, 'attributes'>, key: string): string {
  const value = attributes[key]
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : ''
}

/** Which numbers are the same. */
export interface Mapping {
  /** The other program's counterpart of one of our series; undefined where it has none. */
  readonly counterpartOf: (series: Series) => Counterpart | undefined
  readonly theirs: () => Promise<Reading>
  readonly ours: () => Promise<readonly Sample[]>
}

/** What came of it. */
export interface Comparison {
  readonly compared: readonly string[]
  readonly onlyOurs: readonly string[]
  readonly onlyTheirs: readonly string[]
  /** Numbers of ours that are not theirs, with what both said last. */
  readonly differences: readonly string[]
}

interface Seen {
  readonly isCounter: boolean
  isSettled: boolean
  told: string
}

const mostRounds = 200

/**
 * Reads theirs, ours, theirs again, and once more until all is known. A counter of ours lies between their two readings in
 * every round. Anything else may have moved away and back in between, so that it must only do so in one of the rounds: a
 * number that is another one never does.
 */
export async function compareReadings({ counterpartOf, theirs, ours }: Mapping): Promise<Comparison> {
  const seen = new Map<string, Seen>()
  const differences = new Map<string, string>()
  const onlyOurs = new Set<string>()
  const used = new Set<string>()
  const all = new Set<string>()
  for (let round = 0; round < mostRounds; round++) {
    const before = await theirs()
    const samples = await ours()
    const after = await theirs()
    for (const key of before.keys()) all.add(key)
    for (const [key, figure] of figuresOf(samples, counterpartOf, onlyOurs)) {
      const [low, high] = [valueOf(before, figure.counterpart), valueOf(after, figure.counterpart)]
      if (low === undefined || high === undefined) {
        // They do not have it, or it came or went in between.
        if (!seen.has(key)) onlyOurs.add(key)
        continue
      }
      onlyOurs.delete(key)
      for (const each of [...figure.counterpart.theirs, ...(figure.counterpart.minus ?? [])]) used.add(each)
      const { value, isCounter } = figure
      const isBetween = Math.min(low, high) <= value && value <= Math.max(low, high)
      const told = `${key}: ours ${value}, theirs ${low} before and ${high} after (${figure.counterpart.theirs.join(' + ')})`
      const known = seen.get(key) ?? { isCounter, isSettled: false, told }
      known.isSettled ||= isBetween
      known.told = told
      seen.set(key, known)
      if (isCounter && !isBetween) differences.set(key, told)
    }
    if ([...seen.values()].every(({ isSettled }) => isSettled)) break
  }
  for (const [key, { isSettled, told }] of seen) if (!isSettled) differences.set(key, told)
  return {
    compared: [...seen.keys()].sort(),
    onlyOurs: [...onlyOurs].sort(),
    onlyTheirs: [...all].filter((key) => !used.has(key)).sort(),
    differences: [...differences.values()],
  }
}

interface Figure {
  readonly counterpart: Counterpart
  readonly isCounter: boolean
  readonly value: number
}

function figuresOf(
  samples: readonly Sample[],
  counterpartOf: Mapping['counterpartOf'],
  onlyOurs: Set<string>,
): ReadonlyMap<string, Figure> {
  const figures = new Map<string, Figure>()
  for (const sample of samples.filter((each): each is NumberSample => !isHistogramSample(each))) {
    const { series, value } = sample
    const counterpart = counterpartOf(series)
    const own = `${series.name} ${JSON.stringify(series.attributes)}`
    if (counterpart === undefined) {
      onlyOurs.add(own)
      continue
    }
    const key = counterpart.sum ?? own
    const isCounter = series.kind === 'counter' && counterpart.mayFall !== true
    // Where two of our groups say the same, as of processors together and one by one, it is said twice and not summed.
    const former = counterpart.sum === undefined ? 0 : (figures.get(key)?.value ?? 0)
    figures.set(key, { counterpart, isCounter, value: exact(former + value) })
  }
  return figures
}

function valueOf(reading: Reading, { theirs, minus = [], as = (value) => value }: Counterpart): number | undefined {
  const values = [...theirs.map((key) => reading.get(key)), ...minus.map((key) => negative(reading.get(key)))]
  const known = values.filter((value) => value !== undefined)
  return known.length < values.length ? undefined : exact(as(known.reduce((sum, value) => sum + value, 0)))
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value
}

/** The same number after another way of dividing: what differs in the last bit of a double is no difference. */
function exact(value: number): number {
  return Number(value.toPrecision(14))
}

function list(title: string, lines: readonly string[]): string {
  return `${title} (${lines.length}):\n${lines.map((line) => `  ${line}\n`).join('')}`
}

/** The comparison as a person reads it. */
export function comparisonPage(name: string, { compared, onlyOurs, onlyTheirs, differences }: Comparison): string {
  return [
    `${name}: ${compared.length} numbers compared, ${differences.length} differ\n`,
    list(`could not be compared, only ${name} has it`, onlyTheirs),
    list('could not be compared, only hostvitals has it', onlyOurs),
  ].join('')
}
