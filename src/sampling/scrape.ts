import { isConstantSeries } from '../metric/constant-series.ts'
import type { HostRoots, Metric, ReadContext } from '../metric/metric.ts'
import { parseAttributes } from '../metric/parse-attributes.ts'
import { isHistogramSample, type Sample, type Series } from '../metric/sample.ts'
import type { Clock } from '../runtime/clock.ts'
import { describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { InexactValues } from './inexact-values.ts'
import { defaultSeriesLimit, SeriesLimit } from './series-limit.ts'
import { Patience } from './patience.ts'
import { rememberOne, shareInRound } from '../metric/round-memory.ts'

/** What one round measured. */
export interface ScrapeRound {
  readonly timeMs: number
  /** In the metrics' order. */
  readonly samples: readonly Sample[]
  readonly failures: readonly ScrapeFailure[]
}

/** A metric that gave nothing this round. */
export interface ScrapeFailure {
  readonly metric: Metric
  readonly reason: string
}

/** What a scraper needs besides its metrics. */
export interface ScraperOptions {
  readonly metrics: readonly Metric[]
  /** The agent's interval; a metric's own goes before it. */
  readonly intervalMs: number
  readonly startedAtMs: number
  /** Series of all metrics together; absent: 20 000. */
  readonly seriesLimit?: number
  readonly roots: HostRoots
  readonly clock: Clock
  readonly emit: Emit
}

const longestTimeoutMs = 10_000
/** A synchronous function that takes longer than this delays the other metrics. */
const stallMs = 250

/** How often a metric is asked by an agent with this interval. */
export function intervalOf({ intervalMs, leastIntervalMs = 0 }: Metric, agentIntervalMs: number): number {
  return intervalMs ?? Math.max(agentIntervalMs, leastIntervalMs)
}

/** What the metrics of one round have in common. */
interface Round {
  readonly timeMs: number
  readonly monotonicMs: number
  readonly shared: ReadContext['shared']
  /** The patience of all that may take so long: one timer for them, not one each. */
  readonly patience: (timeoutMs: number) => Patience
}

interface Watched {
  readonly metric: Metric
  readonly remember: ReadContext['remember']
  isFailing: boolean
  /** A reading that outlived its timeout; the metric is not asked again before it ends. */
  hanging: Promise<unknown> | undefined
}

/** Reads metrics, each alone under its own timeout: one that throws, hangs or returns nonsense is a gap, the others go on. */
export class Scraper {
  readonly #options: ScraperOptions
  readonly #watched: ReadonlyMap<Metric, Watched>
  readonly #inexact: InexactValues
  readonly #limit: SeriesLimit
  readonly #checked = new WeakSet<Series>()

  constructor(options: ScraperOptions) {
    this.#options = options
    this.#inexact = new InexactValues(options.emit)
    this.#limit = new SeriesLimit(options.seriesLimit ?? defaultSeriesLimit, options.emit)
    this.#watched = new Map(
      options.metrics.map((metric) => [
        metric,
        { metric, remember: rememberOne(), isFailing: false, hanging: undefined },
      ]),
    )
  }

  /** One round over some of the metrics, all at the same time. Never rejects because of a metric. */
  async scrape(metrics: readonly Metric[], signal: AbortSignal): Promise<ScrapeRound> {
    const { clock, emit } = this.#options
    const timeMs = Math.round(clock.now())
    const begunMs = clock.monotonic()
    const patiences = new Map<number, Patience>()
    const patience = (timeoutMs: number): Patience => {
      const known = patiences.get(timeoutMs) ?? new Patience(clock, timeoutMs, signal)
      patiences.set(timeoutMs, known)
      return known
    }
    const round = { timeMs, monotonicMs: begunMs, shared: shareInRound(), patience }
    const outcomes = await Promise.all(metrics.map((metric) => this.#read(metric, round)))
    for (const each of patiences.values()) each.end()
    const given = outcomes.flatMap((outcome) => ('samples' in outcome ? outcome.samples : []))
    const samples = this.#limit.admit(given, begunMs)
    const failures = outcomes.flatMap((outcome) => ('samples' in outcome ? [] : [outcome]))
    this.#inexact.look(samples)
    const ms = clock.monotonic() - begunMs
    emit('scrape.done', { samples: samples.length, failures: failures.length, ms })
    return { timeMs, samples, failures }
  }

  async #read(metric: Metric, round: Round): Promise<{ readonly samples: readonly Sample[] } | ScrapeFailure> {
    const watched = this.#watched.get(metric)
    if (watched === undefined) return { metric, reason: 'it is not one of this agent’s metrics' }
    try {
      const samples = await this.#readInTime(watched, round)
      if (watched.isFailing) this.#options.emit('metric.recovered', { metric: metric.name })
      watched.isFailing = false
      return { samples }
    } catch (error) {
      const reason = describeError(error)
      if (!watched.isFailing) {
        const { name, definedAt } = metric
        this.#options.emit('metric.failed', { metric: name, reason, ...(definedAt === undefined ? {} : { definedAt }) })
      }
      watched.isFailing = true
      return { metric, reason }
    }
  }

  async #readInTime(watched: Watched, round: Round): Promise<readonly Sample[]> {
    const { clock, intervalMs, roots, startedAtMs, emit } = this.#options
    const { metric, remember } = watched
    const { timeMs, monotonicMs, shared } = round
    if (watched.hanging !== undefined) throw new Error('its former reading has not ended yet')
    const patience = round.patience(metric.timeoutMs ?? Math.min(intervalOf(metric, intervalMs), longestTimeoutMs))
    // Called inside a promise, so that a function that throws at once is no different from one that rejects.
    const reading = Promise.resolve().then(() => {
      const begun = clock.monotonic()
      const context = { ...roots, timeMs, monotonicMs, startedAtMs, remember, shared, emit }
      const given = metric.read(patience.signal, context)
      const blockedMs = clock.monotonic() - begun
      if (blockedMs > stallMs) emit('scrape.stalled', { metric: metric.name, blockedMs })
      return given
    })
    try {
      return checked(await Promise.race([reading, patience.over]), this.#checked)
    } catch (error) {
      if (patience.isOver) this.#remainHanging(watched, reading)
      throw error
    }
  }

  #remainHanging(watched: Watched, reading: Promise<unknown>): void {
    const ended = (): void => void (watched.hanging = undefined)
    watched.hanging = reading.then(ended, ended)
  }
}

/** A metric is a person's function: what it gave is looked at before it goes on; series that cannot change, once. */
function checked(samples: readonly Sample[], known: WeakSet<Series>): readonly Sample[] {
  if (!Array.isArray(samples)) throw new Error('it returned no list of samples')
  for (const sample of samples) {
    const { series } = sample
    if (!isHistogramSample(sample) && !Number.isFinite(sample.value)) {
      throw new Error(`${series.name} is ${sample.value}`)
    }
    if (known.has(series)) continue
    checkSeries(series)
    if (isConstantSeries(series)) known.add(series)
  }
  return samples
}

function checkSeries({ name, unit, description, attributes }: Series): void {
  for (const [what, text] of Object.entries({ name, unit, description: description ?? '' }))
    if (typeof text !== 'string') throw new Error(`the ${what} of its sample is a ${typeof text}, not a text`)
  parseAttributes(attributes)
}
