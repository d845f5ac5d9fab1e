import type { Metric } from '../metric/metric.ts'
import type { Definition } from './definition.ts'
import { chosenMetrics, parseOptions, type MetricChoice } from './group-options.ts'
import type { HostFiles } from './host-files.ts'
import { HostRound } from './host-round.ts'
import type { OtherMachine } from './identity/other-machine.ts'
import { Recorder } from './recorder.ts'
import { Troubles } from './troubles.ts'

/** An option of a group: what is written, and what it then is. */
export type OptionValue = boolean | number | readonly string[]

/** What a group takes besides `also`, `without` and `interval`, by name. */
export type GroupOptions = Readonly<Record<string, OptionValue>>

/** What a group is made from. */
export interface GroupSpec<Options extends GroupOptions> {
  /** Its name in `host({ … })`. */
  readonly name: string
  /** A sentence: what it measures, and from where. */
  readonly about: string
  /** True where it is measured only when asked for. */
  readonly isOff?: boolean
  /** Of a group whose reading is dear: it is asked at the agent's interval, but not more often than this, unless `interval` says so. */
  readonly leastIntervalMs?: number
  /** In the order in which they travel. */
  readonly metrics: readonly Definition[]
  /** What the group's own options are when nobody says. */
  readonly defaults: Options
  /** What each of them does. */
  readonly sentences: Readonly<Record<keyof Options, string>>
  /** Throws ConfigurationError for options that are of the right kind and yet wrong. */
  readonly check?: (options: Options) => void
  /**
   * Called once for each agent; what it returns is called each round, reads, and puts into the round what it found.
   * What throws there fails the group for that round; a number that is undefined is one that this machine does not have.
   * What it hands to `onClose` gives back what it holds open; it may be read again after that.
   */
  readonly open: (options: Options, onClose: (close: () => void) => void) => (round: HostRound) => void | Promise<void>
  /** The same where there is no Linux, of what Node says: absent where it says nothing. */
  readonly elsewhere?: Elsewhere<Options>
}

/** What a group measures on macOS and the BSDs. */
export interface Elsewhere<Options extends GroupOptions> {
  /** Which of its metrics, and what is different there, for `docs/METRICS.md`. */
  readonly about: string
  readonly open: (options: Options) => (round: HostRound, machine: OtherMachine) => void
}

/** A built-in group: how it is described, and how it becomes a metric. */
export interface Group {
  readonly name: string
  readonly about: string
  readonly isOff: boolean
  readonly leastIntervalMs?: number
  readonly metrics: readonly Definition[]
  readonly defaults: GroupOptions
  readonly sentences: Readonly<Record<string, string>>
  /** What it measures on macOS and the BSDs; absent where nothing. */
  readonly elsewhere?: string
  /**
   * Its metric here, or, with `other`, on a machine that is not Linux: then only where there is an `elsewhere`.
   * Throws ConfigurationError for an option or a metric that it does not have.
   */
  readonly metric: (given: Readonly<Record<string, unknown>>, files: HostFiles, other?: OtherMachine) => Metric
}

/** What `host({ … })` takes of one group: its own options, and which of its metrics, and how often. */
export type OptionsOf<Options extends GroupOptions> = Partial<Options> & MetricChoice

/** Makes a group. */
export function defineGroup<Options extends GroupOptions>(spec: GroupSpec<Options>): Group {
  const { name, about, metrics, defaults, sentences, leastIntervalMs } = spec
  const least = leastIntervalMs === undefined ? {} : { leastIntervalMs }
  return {
    name,
    about,
    isOff: spec.isOff === true,
    ...least,
    metrics,
    defaults,
    sentences,
    ...(spec.elsewhere === undefined ? {} : { elsewhere: spec.elsewhere.about }),
    metric: (given, files, other) => {
      const options = parseOptions(name, defaults, given)
      spec.check?.(options)
      const closings: (() => void)[] = [() => files.close()]
      const { chosen, intervalMs } = chosenMetrics(name, metrics, given)
      const open = (): ((round: HostRound) => void | Promise<void>) => {
        if (other === undefined) return spec.open(options, (close) => void closings.push(close))
        const read = spec.elsewhere?.open(options)
        return (round) => read?.(round, other)
      }
      return {
        name,
        ...(intervalMs === undefined ? least : { intervalMs }),
        read: async (signal, context) => {
          const state = context.remember(() => ({
            recorder: new Recorder(chosen),
            troubles: new Troubles(name),
            read: open(),
          }))
          const { recorder, troubles } = state
          await state.read(new HostRound({ signal, context, files, recorder, troubles, other }))
          return recorder.samples()
        },
        close: () => {
          for (const close of closings) close()
        },
      }
    },
  }
}
