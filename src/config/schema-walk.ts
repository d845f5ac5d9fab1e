import * as z from './zod.ts'
import { keyMeta, type KeyMeta } from './fields.ts'

/** The keys that an object schema knows, wrappers and alternatives looked through; empty for anything else. */
export function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const { bare } = unwrap(schema)
  if (bare instanceof z.ZodObject) return onlySchemas(bare.shape)
  if (bare instanceof z.ZodArray) return bare.element instanceof z.ZodType ? shapeOf(bare.element) : {}
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return {}
  const options = bare.options.filter((option) => option instanceof z.ZodType)
  return Object.assign({}, ...options.map((option) => shapeOf(option)))
}

/** The key that a path leads to, and what is told about it; of an entry of a list or record, those of the whole. */
export function keyAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
): { readonly name: string; readonly meta: KeyMeta } | undefined {
  let at = schema
  let name = ''
  for (const step of path.filter((each) => typeof each === 'string')) {
    const next = shapeOf(at)[step]
    if (next === undefined) break
    at = next
    name = step
  }
  const meta = keyMeta(at)
  return meta === undefined ? undefined : { name, meta }
}

/** What a key is when it is not written: the text that stands for it; `undefined` where it is absent or must be written. */
export function defaultOf(schema: z.ZodType): unknown {
  return unwrap(schema).preset
}

/** True where a key may be left out. */
export function isOptional(schema: z.ZodType): boolean {
  return unwrap(schema).isOptional
}

interface Unwrapped {
  readonly bare: unknown
  readonly preset: unknown
  readonly isOptional: boolean
}

function unwrap(schema: unknown): Unwrapped {
  if (schema instanceof z.ZodPrefault) {
    return { ...unwrap(schema.def.innerType), preset: schema.def.defaultValue, isOptional: true }
  }
  if (schema instanceof z.ZodOptional) return { ...unwrap(schema.def.innerType), isOptional: true }
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in)
  return { bare: schema, preset: undefined, isOptional: false }
}

function onlySchemas(shape: Readonly<Record<string, unknown>>): Readonly<Record<string, z.ZodType>> {
  const entries = Object.entries(shape)
  return Object.fromEntries(entries.flatMap(([name, value]) => (value instanceof z.ZodType ? [[name, value]] : [])))
}
