import { resolve } from 'node:path'
import * as z from './zod.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import { key, nameField, readableFileField, secretField } from './fields.ts'
import type { Place } from './place.ts'
import { present } from './present.ts'
import { hiddenText, type Secret } from './secret.ts'

/** Which database; `postgres({…})`, `mysql({…})` and `sqlite('…')` make it. MariaDB is `mysql`. */
export type StoreConfig =
  | { readonly kind: 'postgres' | 'mysql'; readonly url: Secret | string; readonly tlsCa?: string }
  | { readonly kind: 'sqlite'; readonly file: string }

/** What `postgres` and `mysql` take. */
export interface ServerInput {
  /** The database's address, user and password included. */
  readonly url: Secret | string
  /** File with the certificate of the server's CA, PEM; the connection is then encrypted and verified. */
  readonly tlsCa?: string | undefined
}

/** A database as `postgres`, `mysql` and `sqlite` name it. */
export type StoreInput =
  | ({ readonly kind: 'postgres' | 'mysql' } & ServerInput)
  | { readonly kind: 'sqlite'; /** The database's file, made when it is missing. */ readonly file: string }

const schemes = { postgres: /^postgres(?:ql)?:\/\/./, mysql: /^(?:mysql|mariadb):\/\/./ } as const

/** The check of a store. */
export function storeSchema(place: Place): z.ZodType<StoreConfig, StoreInput> {
  return z.discriminatedUnion('kind', [
    serverSchema('postgres', place),
    serverSchema('mysql', place),
    z.strictObject({
      kind: z.literal('sqlite'),
      file: key(
        nameField().transform((file) => resolve(place.folder, file)),
        {
          type: 'file',
          sentence: "The database's file, made when it is missing.",
          example: "'metrics.db'",
        },
      ),
    }),
  ])
}

/** The store that `--store` names: `sqlite:FILE`, `postgres://…`, `mysql://…`. Throws ConfigurationError for anything else. */
export function parseStoreUrl(url: string, folder: string): StoreConfig {
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]
  if (file !== undefined) return { kind: 'sqlite', file: resolve(folder, file) }
  for (const kind of ['postgres', 'mysql'] as const) {
    if (schemes[kind].test(url)) return { kind, url: hiddenText('--store', url) }
  }
  throw new ConfigurationError('--store is no address of a database', {
    nextStep: 'Write sqlite:FILE, postgres://user@host/database or mysql://user@host/database.',
  })
}

// Two of the three differ by kind alone; the type of the result is what the union needs to tell them apart.
function serverSchema<Kind extends 'postgres' | 'mysql'>(kind: Kind, place: Place) {
  const isRight = (url: string): string | undefined =>
    schemes[kind].test(url) && URL.canParse(url) ? undefined : `is no address of a database: it begins with ${kind}://`
  return z
    .strictObject({
      kind: z.literal(kind),
      url: key(secretField(place, 'store.url', isRight), {
        type: 'secret',
        sentence: "The database's address, user and password included.",
        example: "secret('DATABASE_URL')",
      }),
      tlsCa: key(readableFileField(place).optional(), {
        type: 'file',
        sentence: "File with the certificate of the server's CA, PEM; the connection is then encrypted and verified.",
        example: "'keys/database-ca.pem'",
      }),
    })
    .transform((given) => present(given))
}
