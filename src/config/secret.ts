import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ConfigurationError, describeError } from '../runtime/errors.ts'
import { callSite } from '../runtime/call-site.ts'
import type { Environment } from './environment.ts'

const mark = Symbol.for('hostvitals.secret')
const hide = (): string => '***'

/** A value that never prints: not in logs, not in JSON, not in errors. */
export interface Secret {
  /** The environment variable's name: `DATABASE_URL`; of a password written out in a file, the key's name. */
  readonly name: string
  /** `consumer.config.ts:3`: where it is used. */
  readonly usedAt: string | undefined
  /** Reads `NAME`, else the file that `NAME_FILE` names, else systemd's credentials folder. Throws ConfigurationError saying how to set it. */
  readonly reveal: () => string
  /** `***` */
  readonly toString: () => string
  readonly toJSON: () => string
}

/**
 * A value from outside of the configuration: the environment variable `name`, else the first line of the file that
 * `name_FILE` names, else the file `name` of systemd's `$CREDENTIALS_DIRECTORY`. Nothing is read before it is used.
 */
export function secret(name: string): Secret {
  return secretFrom(name, callSite(secret), () => readSecret(name, process.env))
}

/** The same secret, read from the environment that is given; the loader binds those of a configuration to its own. */
export function bindSecret({ name, usedAt, reveal }: Secret, env: Environment): Secret {
  return /^\w+$/.test(name) ? secretFrom(name, usedAt, () => readSecret(name, env)) : secretFrom(name, usedAt, reveal)
}

/** Hides a password that was written out in a file. */
export function hiddenText(name: string, text: string): Secret {
  return secretFrom(name, undefined, () => text)
}

/** True for what `secret()` made, whichever copy of the library it was. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && mark in value
}

function secretFrom(name: string, usedAt: string | undefined, reveal: () => string): Secret {
  return Object.freeze({ [mark]: true, name, usedAt, reveal, toString: hide, toJSON: hide, [inspect.custom]: hide })
}

function readSecret(name: string, env: Environment): string {
  const set = env[name]
  if (set !== undefined && set !== '') return set
  const nextStep = `Set ${name}, or ${name}_FILE to a file that holds it, or add it to .env beside the configuration.`
  const credentials = env['CREDENTIALS_DIRECTORY']
  const file = env[`${name}_FILE`] ?? (credentials === undefined ? undefined : join(credentials, name))
  if (file === undefined) throw new ConfigurationError(`the secret ${name} is not set`, { nextStep })
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new ConfigurationError(`the secret ${name} cannot be read: ${describeError(cause)}`, { cause, nextStep })
  }
}
