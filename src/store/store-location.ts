import { UsageError } from '../runtime/errors.ts'

/** Which database. A server's `url` holds the password and must not be printed; `MetricStore.label` is for people. */
export type StoreLocation =
  | { readonly kind: 'postgres' | 'mysql'; readonly url: string; readonly tlsCa?: string }
  | { readonly kind: 'sqlite'; readonly file: string }

const forms = 'sqlite:FILE, postgres://USER:PASSWORD@HOST:PORT/DATABASE, mysql://… or mariadb://…'

const kinds: Readonly<Record<string, 'postgres' | 'mysql'>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
}

/** What `--store` was given. Throws UsageError with the accepted forms; what may hold a password is not repeated. */
export function parseStoreLocation(text: string): StoreLocation {
  if (text.startsWith('sqlite:')) {
    const file = text.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')
    if (file === '' || file.startsWith('//')) throw refuse("the store 'sqlite:' names no file")
    return { kind: 'sqlite', file }
  }
  if (!URL.canParse(text)) throw refuse('the store is not a URL')
  const url = new URL(text)
  const kind = kinds[url.protocol]
  if (kind === undefined) throw refuse(`there is no store of kind '${url.protocol.slice(0, -1)}'`)
  if (url.hostname === '') throw refuse(`the store '${url.protocol}//…' names no host`)
  if (url.pathname.length <= 1) throw refuse(`the store '${url.protocol}//${url.host}' names no database`)
  if (url.protocol === 'mariadb:') return { kind, url: text.replace(/^mariadb:/i, 'mysql:') }
  return { kind, url: text }
}

function refuse(what: string): UsageError {
  return new UsageError(what, { nextStep: `write ${forms}` })
}
