import { ConfigurationError } from '../runtime/errors.ts'
import type { Attributes, AttributeValue } from './sample.ts'

const deepest = 32

/**
 * Attributes as they were given, checked and copied, so that nobody changes them afterwards. Throws ConfigurationError
 * that names the attribute whose value cannot travel: undefined, a function, a number that is not finite, a class's
 * object, a list or object inside itself.
 */
export function parseAttributes(given: unknown): Attributes {
  if (isPlain(given)) return parseObject(given, '', 0)
  throw refusal('attributes', given, 'an object of names and values')
}

function parseObject(given: Readonly<Record<string, unknown>>, path: string, depth: number): Attributes {
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, parseValue(value, path === '' ? key : `${path}.${key}`, depth)]),
  )
}

function parseValue(value: unknown, path: string, depth: number): AttributeValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  // What stands inside itself is deeper than any depth.
  if (typeof value === 'object' && depth >= deepest)
    throw new ConfigurationError(`the attribute ${path.slice(0, 60)}… is more than ${deepest} deep, or inside itself`, {
      nextStep: 'give texts, numbers, booleans, or shallow lists and objects of them',
    })
  if (Array.isArray(value)) return value.map((item: unknown, at) => parseValue(item, `${path}[${at}]`, depth + 1))
  if (isPlain(value)) return parseObject(value, path, depth + 1)
  throw refusal(`the attribute ${path}`, value, 'a text, a number, a boolean, null, or a list or object of them')
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // An object of another realm has another Object.prototype, whose own prototype is null all the same.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function refusal(what: string, value: unknown, wanted: string): ConfigurationError {
  return new ConfigurationError(`${what} cannot be ${nameOf(value)}`, {
    nextStep: `give ${wanted}; leave out what has no value`,
  })
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'object') return `a ${typeof value}`
  const name: unknown = value.constructor?.name
  return typeof name === 'string' ? `an object of class ${name}` : 'such an object'
}
