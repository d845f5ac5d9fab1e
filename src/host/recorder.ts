import type { Attributes, ExponentialHistogram, Sample, Series } from '../metric/sample.ts'
import type { Definition } from './definition.ts'

interface Entry {
  readonly series: Series
  former: number
  /** Counters: since when the total counts. */
  startMs: number
}

/** One thing that a group measures: a device, a mount, a mode of the processor; the group itself where there is but one. */
export interface Subject {
  /**
   * A number of it; undefined where the machine does not say. A counter counts from `startMs`. By default that is the boot, or,
   * where it fell or its subject was not there in the former round, right after that. `boot` is for what was there all the
   * time, though it did not answer: such a counter goes on unless it fell.
   */
  readonly put: (metric: Definition, value: number | undefined, startMs?: number | 'boot') => void
  /** What a histogram of it saw since `startMs`; undefined where it saw nothing. */
  readonly putHistogram: (metric: Definition, histogram: ExponentialHistogram | undefined, startMs: number) => void
}

/** When a round is. */
export interface RoundTimes {
  readonly timeMs: number
  /** When the host started, Unix milliseconds; asked for only where there is a counter. */
  readonly bootedAtMs: () => number
}

/** So many subjects that are not there any more are remembered at most, beside as many as are there. */
const mostGone = 1000

/**
 * What one group has found in this round and, of counters, in the rounds before. Series are made once, frozen, and stay the same
 * objects, so that who has looked at one need not look again. A subject that was not there in the former round and comes back
 * counts anew; a round that failed says nothing of it.
 */
export class Recorder {
  readonly #found: ReadonlyMap<Definition, Sample[]>
  readonly #subjects = new Map<string, OneSubject>()
  #seen = new Set<string>()
  /** In the former round that did not fail. */
  #formerSeen = new Set<string>()
  #times: RoundTimes | undefined
  #formerMs: number | undefined

  constructor(metrics: readonly Definition[]) {
    this.#found = new Map(metrics.map((metric) => [metric, []]))
  }

  /** True where the metric is measured at all. */
  wants(metric: Definition): boolean {
    return this.#found.has(metric)
  }

  /** Begins a round; what one that failed had found is dropped. */
  begin(times: RoundTimes): void {
    this.#times = times
    this.#seen.clear()
    for (const samples of this.#found.values()) samples.length = 0
  }

  /** What has this key, with the attributes that it has from its first round on. */
  subject(key: string, attributes: () => Attributes): Subject {
    let subject = this.#subjects.get(key)
    if (subject === undefined) {
      subject = new OneSubject(attributes(), this.#found)
      this.#subjects.set(key, subject)
    }
    if (!this.#seen.has(key)) {
      this.#seen.add(key)
      subject.begin(this.#times, this.#formerMs, this.#formerSeen.has(key))
    }
    return subject
  }

  /** Ends the round: what was found since `begin`, in the order of the group's metrics. */
  samples(): readonly Sample[] {
    this.#formerMs = this.#times?.timeMs
    if (this.#subjects.size > 2 * this.#seen.size + mostGone) {
      for (const key of this.#subjects.keys()) if (!this.#seen.has(key)) this.#subjects.delete(key)
    }
    ;[this.#seen, this.#formerSeen] = [this.#formerSeen, this.#seen]
    this.#seen.clear()
    return [...this.#found.values()].flat()
  }
}

class OneSubject implements Subject {
  readonly #attributes: Attributes
  readonly #found: ReadonlyMap<Definition, Sample[]>
  readonly #entries = new Map<Definition, Entry>()
  #times: RoundTimes | undefined
  #formerMs: number | undefined
  #wasThere = false

  constructor(attributes: Attributes, found: ReadonlyMap<Definition, Sample[]>) {
    this.#attributes = Object.freeze(attributes)
    this.#found = found
  }

  begin(times: RoundTimes | undefined, formerMs: number | undefined, wasThere: boolean): void {
    this.#times = times
    this.#formerMs = formerMs
    this.#wasThere = wasThere
  }

  put(metric: Definition, value: number | undefined, startMs?: number | 'boot'): void {
    const found = this.#found.get(metric)
    if (found === undefined || value === undefined) return
    const entry = this.#entry(metric, value)
    if (metric.kind !== 'counter') {
      found.push({ series: entry.series, value })
      return
    }
    entry.startMs = this.#startOf(entry, value, startMs)
    entry.former = value
    found.push({ series: entry.series, value, startTimeMs: entry.startMs })
  }

  putHistogram(metric: Definition, histogram: ExponentialHistogram | undefined, startMs: number): void {
    const found = this.#found.get(metric)
    if (found === undefined || histogram === undefined) return
    found.push({ series: this.#entry(metric, 0).series, histogram, startTimeMs: startMs })
  }

  #startOf({ startMs, former }: Entry, value: number, given: number | 'boot' | undefined): number {
    if (typeof given === 'number') return given
    const isNew = Number.isNaN(startMs)
    const boot = (): number => this.#times?.bootedAtMs() ?? 0
    if (isNew && given === 'boot') return boot()
    const goesOn = value >= former && (given === 'boot' || this.#wasThere)
    if (goesOn && !isNew) return startMs
    if (this.#formerMs === undefined) return isNew ? boot() : startMs
    // A start at the former reading's own time would be that of its total, and not a new one.
    return Math.min(this.#formerMs + 1, this.#times?.timeMs ?? this.#formerMs)
  }

  #entry(metric: Definition, value: number): Entry {
    const known = this.#entries.get(metric)
    if (known !== undefined) return known
    const { name, unit, kind, integer, description } = metric
    const whole = integer === true ? { integer } : {}
    const series = Object.freeze<Series>({ name, unit, kind, ...whole, description, attributes: this.#attributes })
    const entry = { series, former: value, startMs: Number.NaN }
    this.#entries.set(metric, entry)
    return entry
  }
}
