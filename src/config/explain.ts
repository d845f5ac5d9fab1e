import type * as z from './zod.ts'
import type { ConfigurationKind } from './define.ts'
import { keyMeta, type KeyMeta } from './fields.ts'
import { defaultOf, isOptional, shapeOf } from './schema-walk.ts'
import { schemaOf } from './schemas.ts'

/** One key of a configuration, as it is told to a person. */
export interface ExplainedKey extends KeyMeta {
  /** `dashboard.thresholds[].warn` */
  readonly path: string
  /** As code; `undefined` where it is absent unless written. */
  readonly preset: string | undefined
  readonly isRequired: boolean
}

/** Every key of a kind's file, in the order of its schema, each before the keys inside it. */
export function explainKeys(kind: ConfigurationKind): readonly ExplainedKey[] {
  return keysOf(schemaOf(kind, { folder: '/', env: {} }), '')
}

function keysOf(schema: z.ZodType, path: string): readonly ExplainedKey[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, inner]) => {
    const meta = keyMeta(inner)
    if (meta === undefined) return []
    const at = `${path}${name}`
    const preset = defaultOf(inner)
    const nested = keysOf(inner, `${at}${meta.type.startsWith('list') ? '[]' : ''}.`)
    // A nested default is told by its keys.
    const told = nested.length > 0 || preset === undefined ? undefined : codeOf(preset)
    const explained: ExplainedKey = { ...meta, path: at, preset: told, isRequired: !isOptional(inner) }
    return [explained].concat(nested)
  })
}

function codeOf(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
