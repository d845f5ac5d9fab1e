import {
  DuplicateRowError,
  type HostvitalsError,
  StoreBadValueError,
  StoreConfigurationError,
  StoreUnavailableError,
} from '../../runtime/errors.ts'

type Class = 'unavailable' | 'configuration' | 'bad value' | 'duplicate'

/**
 * From code to class: an SQLSTATE, its first four or its first two characters, or a code of Node; the longest counts. What
 * is not listed is configuration. Source: postgresql.org/docs/current/errcodes-appendix.html.
 */
const classes: ReadonlyMap<string, Class> = new Map<string, Class>([
  ['23505', 'duplicate'], // unique_violation
  ['23514', 'configuration'], // check_violation: no partition for this day
  ['22', 'bad value'], // data exception
  ['23', 'bad value'], // integrity constraint violation otherwise
  ['54000', 'bad value'], // program_limit_exceeded: a value too long for an index
  ['08', 'unavailable'], // connection exception; PgBouncer's own errors too
  ['25006', 'unavailable'], // read_only_sql_transaction: a replica, after a failover
  ['25P03', 'unavailable'], // idle_in_transaction_session_timeout
  ['25P04', 'unavailable'], // transaction_timeout
  ['40', 'unavailable'], // deadlock, serialization failure
  ['53', 'unavailable'], // disk full, out of memory, too many connections
  ['55P03', 'unavailable'], // lock_not_available
  ['57014', 'unavailable'], // query_canceled, by a timeout of the role or by hand
  ['57P0', 'unavailable'], // shutting down, starting up, session ended by an administrator
  ['58', 'unavailable'], // system error of the server's disk: nothing was stored
  ['EAI_AGAIN', 'unavailable'],
  ['ECONNABORTED', 'unavailable'],
  ['ECONNREFUSED', 'unavailable'],
  ['ECONNRESET', 'unavailable'],
  ['EHOSTDOWN', 'unavailable'],
  ['EHOSTUNREACH', 'unavailable'],
  ['ENETDOWN', 'unavailable'],
  ['ENETUNREACH', 'unavailable'],
  ['ENOENT', 'unavailable'], // no socket in the folder
  ['ENOTFOUND', 'unavailable'], // a name server may be away as well
  ['EPIPE', 'unavailable'],
  ['ETIMEDOUT', 'unavailable'],
])

/** What the driver says, without any code, when a connection broke or did not come about. */
const brokenConnection =
  /^(?:Connection terminated|timeout expired|timeout exceeded|Client has encountered a connection error|Client was closed)/

const nextSteps: ReadonlyMap<string, string> = new Map([
  ['23514', 'run `hostvitals migrate` daily as a user that may make tables, or set migrate: "auto"'],
  ['28', "check the user and the password in the store's address"],
  ['3D000', 'create the database; hostvitals makes its own tables in it'],
  ['3F000', 'run `hostvitals migrate`'],
  ['42501', 'grant the right that is named, or run `hostvitals migrate` as a user that has it'],
  ['42P01', 'run `hostvitals migrate`'],
  ['42703', 'run `hostvitals migrate`'],
  ['53100', "free some space on the database's disk"],
  ['53300', 'raise max_connections of the server, or end clients that nobody uses'],
  ['ECONNREFUSED', "start PostgreSQL there, or correct the host and the port in the store's address"],
  ['ENOTFOUND', "check the host in the store's address"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "write the host as the server's certificate names it"],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', "name the file of the server's CA with tlsCa"],
  ['SELF_SIGNED_CERT_IN_CHAIN', "name the file of the server's CA with tlsCa"],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "name the file of the server's CA with tlsCa"],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "name the file of the server's CA with tlsCa"],
])

const nextStepsOfWords: readonly (readonly [words: RegExp, nextStep: string])[] = [
  [/does not support SSL/, 'turn on TLS at the server (ssl = on), or leave tlsCa and sslmode out'],
  [/password must be a/, "write the password into the store's address"],
]

/** What an error of the driver or the server is to us. `label` names the database; the driver's error is the cause. */
export function toStoreError(error: unknown, label: string): HostvitalsError {
  const code = codeOf(error)
  const words = wordsOf(error)
  const nextStep = longestMatch(nextSteps, code) ?? nextStepsOfWords.find(([pattern]) => pattern.test(words))?.[1]
  const message = `${label}: ${words}`
  const options = { cause: error, ...(nextStep === undefined ? {} : { nextStep }) }
  switch (longestMatch(classes, code) ?? (isBroken(error) ? 'unavailable' : 'configuration')) {
    case 'duplicate':
      return new DuplicateRowError(message, options)
    case 'unavailable':
      return new StoreUnavailableError(message, options)
    case 'bad value':
      return new StoreBadValueError(message, options)
    case 'configuration':
      return new StoreConfigurationError(message, options)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function longestMatch<T>(table: ReadonlyMap<string, T>, code: string): T | undefined {
  return table.get(code) ?? table.get(code.slice(0, 4)) ?? table.get(code.slice(0, 2))
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && brokenConnection.test(error.message)
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Of a host with several addresses the driver gives an error without words around the errors of each.
  const each = error instanceof AggregateError ? error.errors.map((one: unknown) => wordsOf(one)).join('; ') : ''
  return error.message === '' ? each || codeOf(error) : error.message
}
