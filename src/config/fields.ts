import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as z from './zod.ts'
import { describeError, HostvitalsError } from '../runtime/errors.ts'
import { parseDuration } from '../runtime/duration.ts'
import { parseHostPort } from './host-port.ts'
import { parseHostUid } from './host-uid.ts'
import type { Place } from './place.ts'
import { bindSecret, hiddenText, isSecret, type Secret } from './secret.ts'
import { parsePercent, parseSize } from './size.ts'

/** What is told about a key: in a fault, and in `docs/configuration.md`. */
export interface KeyMeta {
  /** In a person's words: `duration`, `list of host:port`. */
  readonly type: string
  readonly sentence: string
  /** What one may write, as code: `'10s'`. */
  readonly example: string
}

/** Gives a key its type, sentence and example. Stands outermost, so that it is found again. */
export function key<S extends z.ZodType>(schema: S, meta: KeyMeta): S {
  return schema.meta({ ...meta })
}

/** What `key` was given for this schema. */
export function keyMeta(schema: z.ZodType): KeyMeta | undefined {
  const meta = schema.meta()
  const { type, sentence, example } = meta ?? {}
  return typeof type === 'string' && typeof sentence === 'string' && typeof example === 'string'
    ? { type, sentence, example }
    : undefined
}

/** A text that `parse` understands. `parse` gives `undefined`, or throws one of our errors, where it does not. */
function text<T>(what: string, parse: (given: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((given, context) => {
    const parsed = understood(parse, given)
    if (parsed !== undefined) return parsed
    context.addIssue({ code: 'custom', message: `'${given}' is no ${what}` })
    return z.NEVER
  })
}

function understood<T>(parse: (given: string) => T | undefined, given: string): T | undefined {
  try {
    return parse(given)
  } catch (error) {
    if (error instanceof HostvitalsError) return undefined
    throw error
  }
}

/** `500ms 10s 5m 1h 7d 2y` as milliseconds; `leastMs` or longer. */
export function durationField(leastMs = 1): z.ZodType<number, string> {
  return text('duration', parseDuration).refine((ms) => ms >= leastMs, {
    error: `is too short: the shortest is ${leastMs}ms`,
  })
}

/** `1GiB`, `500MB` as bytes; `leastBytes` or more. */
export function sizeField(leastBytes: number): z.ZodType<number, string> {
  return text('size', parseSize).refine((bytes) => bytes >= leastBytes, {
    error: `is too small: the least is ${leastBytes} bytes`,
  })
}

/** `5%` as a ratio. */
export function percentField(): z.ZodType<number, string> {
  return text('percentage', parsePercent)
}

/** `host:port`, kept as text. Port 0 only where `portZero` says that any free one will do. */
export function hostPortField(what: string, portZero = false): z.ZodType<string, string> {
  return text(what, (given) => {
    const parsed = parseHostPort(given)
    return parsed !== undefined && (portZero || parsed.port > 0) ? given : undefined
  })
}

/** A host's own UUID, in lower case. */
export function hostUidField(): z.ZodType<string, string> {
  return text('UUID of a host', parseHostUid)
}

/** A text that is not empty. */
export function nameField(): z.ZodString {
  return z.string().min(1)
}

/** A file that can be read, as an absolute path. */
export function readableFileField(place: Place): z.ZodType<string, string> {
  return z.string().transform(async (given, context) => {
    const file = resolve(place.folder, given)
    try {
      await access(file, constants.R_OK)
    } catch (error) {
      const nextStep = `Put the file at ${file}, readable for this user; paths are relative to the configuration file.`
      context.addIssue({ code: 'custom', message: `cannot be read: ${describeError(error)}`, params: { nextStep } })
    }
    return file
  })
}

/** `secret('X')`, set and readable, or a text written out, hidden from now on; its value passes `check`. */
export function secretField(
  place: Place,
  name: string,
  check: (value: string) => string | undefined = () => undefined,
): z.ZodType<Secret, Secret | string> {
  return z
    .custom<Secret | string>((given) => typeof given === 'string' || isSecret(given))
    .transform((given, context) => {
      const bound = typeof given === 'string' ? hiddenText(name, given) : bindSecret(given, place.env)
      try {
        const problem = check(bound.reveal())
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
      } catch (error) {
        const nextStep = error instanceof HostvitalsError ? error.nextStep : undefined
        context.addIssue({ code: 'custom', message: `${describeError(error)}${usedAt(given)}`, params: { nextStep } })
      }
      return bound
    })
}

function usedAt(given: Secret | string): string {
  return typeof given === 'string' || given.usedAt === undefined ? '' : ` (used at ${given.usedAt})`
}
