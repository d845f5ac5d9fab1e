import { parseDuration } from '../runtime/duration.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { nearest } from '../runtime/nearest.ts'
import type { Definition } from './definition.ts'
import type { GroupOptions } from './group.ts'

/** Which metrics of a group, and how often. */
export interface MetricChoice {
  /** Names of metrics that are measured only when asked for. */
  readonly also?: readonly string[]
  /** Names of metrics that are left out. */
  readonly without?: readonly string[]
  /** Time between two rounds, `60s`; by default the agent's. */
  readonly interval?: string
}

const choices = ['also', 'without', 'interval']

/** The group's own options, completed. Throws ConfigurationError for one that it does not have or that is of another kind. */
export function parseOptions<Options extends GroupOptions>(
  group: string,
  defaults: Options,
  given: Readonly<Record<string, unknown>>,
): Options {
  const own = Object.entries(given).filter(([name, value]) => !choices.includes(name) && value !== undefined)
  for (const [name, value] of own) {
    const preset = Object.hasOwn(defaults, name) ? defaults[name] : undefined
    if (preset === undefined) {
      throw new ConfigurationError(`host() has no option '${name}' of the group ${group}`, {
        nextStep: choiceOf(name, [...Object.keys(defaults), ...choices]),
      })
    }
    const expected = kindOf(preset)
    if (kindOf(value) !== expected) {
      throw new ConfigurationError(`host(): ${group}.${name} is ${kindOf(value)}, not ${expected}`, {
        nextStep: `write it as its default is written: ${JSON.stringify(preset)}`,
      })
    }
  }
  // Each given value was held against the kind of its default above.
  return { ...defaults, ...(Object.fromEntries(own) as Partial<Options>) }
}

/** What of a group is measured: all that is not opt-in, with `also`, and `without`. Throws ConfigurationError for a name it does not have. */
export function chosenMetrics(
  group: string,
  metrics: readonly Definition[],
  given: Readonly<Record<string, unknown>>,
): { readonly chosen: readonly Definition[]; readonly intervalMs?: number } {
  const also = namesIn(group, 'also', metrics, given)
  const without = namesIn(group, 'without', metrics, given)
  const chosen = metrics.filter(
    ({ name, isOptIn }) => !without.includes(name) && (isOptIn !== true || also.includes(name)),
  )
  const { interval } = given
  if (interval === undefined) return { chosen }
  if (typeof interval !== 'string') {
    throw new ConfigurationError(`host(): ${group}.interval is ${kindOf(interval)}, not a duration`, {
      nextStep: "write it as '60s'",
    })
  }
  return { chosen, intervalMs: parseDuration(interval) }
}

function namesIn(
  group: string,
  option: string,
  metrics: readonly Definition[],
  given: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const names: unknown = given[option] ?? []
  if (!Array.isArray(names)) {
    throw new ConfigurationError(`host(): ${group}.${option} is ${kindOf(names)}, not a list of metrics' names`, {
      nextStep: `write it as ['${metrics[0]?.name ?? ''}']`,
    })
  }
  const known = metrics.map(({ name }) => name)
  const wrong = names
    .map((name) => (typeof name === 'string' ? name : kindOf(name)))
    .find((name) => !known.includes(name))
  if (wrong === undefined) return names
  throw new ConfigurationError(`host(): the group ${group} has no metric '${wrong}'`, {
    nextStep: choiceOf(wrong, known),
  })
}

function choiceOf(typed: string, known: readonly string[]): string {
  const close = nearest(typed, known)
  return close.length > 0 ? `did you mean ${close.join(' or ')}?` : `choose from ${known.join(', ')}`
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.every((entry) => typeof entry === 'string') ? 'a list of texts' : 'a list'
  return value === null ? 'null' : `a ${typeof value}`
}
