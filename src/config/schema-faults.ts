import type * as z from './zod.ts'
import { nearest } from '../runtime/nearest.ts'
import { keyAt, shapeOf } from './schema-walk.ts'

/** One broken rule of a schema, in words; the place in the text is still to be found. */
export interface SchemaFault {
  readonly path: readonly PropertyKey[]
  /** Whether the name of the key is to blame or what it is set to. */
  readonly blame: 'key' | 'value'
  readonly problem: string
  readonly nextStep: string
  /** `producer.config.ts:8`, where the value itself remembers it. */
  readonly definedAt?: string
}

/** Every issue that zod found, said to a person. `given` is what was checked. */
export function schemaFaults(
  schema: z.ZodType,
  given: unknown,
  issues: readonly z.core.$ZodIssue[],
): readonly SchemaFault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [issueFault(schema, given, issue)]
    return issue.keys.map((name) => unknownKey(schema, [...issue.path, name], name))
  })
}

/** `dashboard.thresholds[0].warn` */
export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

function unknownKey(schema: z.ZodType, path: readonly PropertyKey[], name: string): SchemaFault {
  const known = Object.keys(knownKeys(schema, path.slice(0, -1))).filter((key) => key !== 'kind')
  const [close] = nearest(name, known)
  const nextStep = close === undefined ? `Remove it; known here: ${known.join(', ')}.` : `Did you mean ${close}?`
  return { path, blame: 'key', problem: `unknown key ${dotted(path)}`, nextStep }
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): Readonly<Record<string, z.ZodType>> {
  let shape = shapeOf(schema)
  for (const step of path) {
    const next = typeof step === 'string' ? shape[step] : undefined
    if (next !== undefined) shape = shapeOf(next)
  }
  return shape
}

function issueFault(schema: z.ZodType, given: unknown, issue: z.core.$ZodIssue): SchemaFault {
  const at = keyAt(schema, issue.path)
  const value = valueAt(given, issue.path)
  const said = issue.code === 'custom' ? customWords(issue.params) : {}
  const example = at === undefined ? undefined : `Write ${at.name}: ${at.meta.example}.`
  const key = dotted(issue.path)
  return {
    path: issue.path,
    blame: 'value',
    problem: `${key === '' ? '' : `${key}: `}${wordsOf(issue, value, expectedType(schema, issue))}`,
    nextStep: said.nextStep ?? closeChoice(issue, value) ?? example ?? 'See docs/configuration.md.',
    ...(said.definedAt === undefined ? {} : { definedAt: said.definedAt }),
  }
}

/** What should stand there: the key's own words; for an entry of a list or record those of the schema. */
function expectedType(schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const at = keyAt(schema, issue.path)
  if (at?.name !== issue.path.at(-1) && issue.code === 'invalid_type') {
    const words: Readonly<Record<string, string>> = { string: 'text', array: 'list' }
    return words[issue.expected] ?? issue.expected
  }
  return at?.meta.type ?? 'object'
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown, expected: string): string {
  if (issue.code === 'custom') {
    // A custom check without words of its own only asks for the type.
    return issue.message === 'Invalid input' ? unexpected(expected, value) : issue.message
  }
  if (value === undefined || issue.code === 'invalid_type') return unexpected(expected, value)
  if (issue.code === 'invalid_value') return `${quoted(value)} is none of ${issue.values.map(quoted).join(', ')}`
  if (issue.code === 'too_small') return Array.isArray(value) ? 'is empty: at least one entry is needed' : 'is empty'
  return typeof value === 'string' ? `${quoted(value)} is no ${expected}` : unexpected(expected, value)
}

function unexpected(expected: string, value: unknown): string {
  return value === undefined ? 'is missing' : `expected ${expected}, found ${kindOf(value)}`
}

function closeChoice(issue: z.core.$ZodIssue, value: unknown): string | undefined {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return undefined
  const [close] = nearest(
    value,
    issue.values.filter((choice) => typeof choice === 'string'),
  )
  return close === undefined ? undefined : `Did you mean '${close}'?`
}

function customWords(params: Readonly<Record<string, unknown>> | undefined): {
  readonly nextStep?: string
  readonly definedAt?: string
} {
  const { nextStep, definedAt } = params ?? {}
  return {
    ...(typeof nextStep === 'string' ? { nextStep } : {}),
    ...(typeof definedAt === 'string' ? { definedAt } : {}),
  }
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let at = given
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = Reflect.get(at, step)
  }
  return at
}

/** Names the sort of a value, never the value: it may be a password at the wrong place. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  const kinds: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    function: 'a function',
    undefined: 'nothing',
  }
  return kinds[typeof value] ?? 'an object'
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : kindOf(value)
}
