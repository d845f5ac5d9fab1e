import {
  DuplicateRowError,
  HostvitalsError,
  StoreBadValueError,
  StoreConfigurationError,
  StoreUnavailableError,
} from '../../runtime/errors.ts'

/** `busy`: the transaction is lost, its connection is fine. `lost`: the connection is not to be used again. */
type Class = 'lost' | 'busy' | 'bad value' | 'duplicate'

/**
 * The server's error numbers, from code to class; what is not listed is configuration. Codes below 2000 and above 3000 mean
 * the same on both servers where both have them, except 4025 and 4031, which only one has. Sources: MySQL 9 error message
 * reference; MariaDB error codes.
 */
const classes: ReadonlyMap<number, Class> = new Map<number, Class>([
  [1062, 'duplicate'], // ER_DUP_ENTRY
  [1586, 'duplicate'], // ER_DUP_ENTRY_WITH_KEY_NAME
  [1020, 'busy'], // ER_CHECKREAD: MariaDB, the row changed since it was read
  [1205, 'busy'], // ER_LOCK_WAIT_TIMEOUT
  [1213, 'busy'], // ER_LOCK_DEADLOCK
  [1317, 'busy'], // ER_QUERY_INTERRUPTED
  [1412, 'busy'], // ER_TABLE_DEF_CHANGED: a partition was made meanwhile
  [1689, 'busy'], // ER_LOCK_ABORTED
  [1969, 'busy'], // ER_STATEMENT_TIMEOUT of MariaDB
  [3024, 'busy'], // ER_QUERY_TIMEOUT of MySQL
  [3058, 'busy'], // ER_USER_LOCK_DEADLOCK
  [3101, 'busy'], // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: another member of the group was first
  [3572, 'busy'], // ER_LOCK_NOWAIT
  [1021, 'busy'], // ER_DISK_FULL
  [1024, 'busy'], // ER_ERROR_ON_READ
  [1026, 'busy'], // ER_ERROR_ON_WRITE
  [1030, 'busy'], // ER_GET_ERRNO: the storage engine's disk
  [1037, 'busy'], // ER_OUTOFMEMORY
  [1038, 'busy'], // ER_OUT_OF_SORTMEMORY
  [1041, 'busy'], // ER_OUT_OF_RESOURCES
  [1114, 'busy'], // ER_RECORD_FILE_FULL: the disk or the tablespace
  [1206, 'busy'], // ER_LOCK_TABLE_FULL
  [1637, 'busy'], // ER_TOO_MANY_CONCURRENT_TRXS
  [1878, 'busy'], // ER_TEMP_FILE_WRITE_FAILURE
  [3100, 'busy'], // ER_RUN_HOOK_ERROR: the group has no majority, or this member is leaving it
  [1040, 'lost'], // ER_CON_COUNT_ERROR
  [1047, 'lost'], // ER_UNKNOWN_COM_ERROR: what a Galera node says that is not ready
  [1053, 'lost'], // ER_SERVER_SHUTDOWN
  [1077, 'lost'], // ER_NORMAL_SHUTDOWN
  [1079, 'lost'], // ER_SHUTDOWN_COMPLETE
  [1080, 'lost'], // ER_FORCING_CLOSE
  [1129, 'lost'], // ER_HOST_IS_BLOCKED
  [1135, 'lost'], // ER_CANT_CREATE_THREAD
  [1152, 'lost'], // ER_ABORTING_CONNECTION
  [1158, 'lost'], // ER_NET_READ_ERROR
  [1159, 'lost'], // ER_NET_READ_INTERRUPTED
  [1160, 'lost'], // ER_NET_ERROR_ON_WRITE
  [1161, 'lost'], // ER_NET_WRITE_INTERRUPTED
  [1180, 'lost'], // ER_ERROR_DURING_COMMIT
  [1184, 'lost'], // ER_NEW_ABORTING_CONNECTION
  [1203, 'lost'], // ER_TOO_MANY_USER_CONNECTIONS
  [1226, 'lost'], // ER_USER_LIMIT_REACHED
  [1290, 'lost'], // ER_OPTION_PREVENTS_STATEMENT: read only, as a replica after a failover; the name leads to the new one
  [1792, 'lost'], // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  [1836, 'lost'], // ER_READ_ONLY_MODE
  [1927, 'lost'], // ER_CONNECTION_KILLED of MariaDB
  [2002, 'lost'], // CR_CONNECTION_ERROR
  [2003, 'lost'], // CR_CONN_HOST_ERROR
  [2006, 'lost'], // CR_SERVER_GONE_ERROR
  [2013, 'lost'], // CR_SERVER_LOST
  [3032, 'lost'], // ER_SERVER_OFFLINE_MODE
  [3168, 'lost'], // ER_SERVER_ISNT_AVAILABLE
  [3169, 'lost'], // ER_SESSION_WAS_KILLED
  [4031, 'lost'], // ER_CLIENT_INTERACTION_TIMEOUT of MySQL
  [1048, 'bad value'], // ER_BAD_NULL_ERROR
  [1118, 'bad value'], // ER_TOO_BIG_ROWSIZE
  [1264, 'bad value'], // ER_WARN_DATA_OUT_OF_RANGE
  [1265, 'bad value'], // WARN_DATA_TRUNCATED
  [1292, 'bad value'], // ER_TRUNCATED_WRONG_VALUE: a time that is none, or is after 2038
  [1300, 'bad value'], // ER_INVALID_CHARACTER_STRING
  [1366, 'bad value'], // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
  [1367, 'bad value'], // ER_ILLEGAL_VALUE_FOR_TYPE
  [1406, 'bad value'], // ER_DATA_TOO_LONG
  [1452, 'bad value'], // ER_NO_REFERENCED_ROW_2
  [1690, 'bad value'], // ER_DATA_OUT_OF_RANGE
  [3140, 'bad value'], // ER_INVALID_JSON_TEXT
  [3141, 'bad value'], // ER_INVALID_JSON_TEXT_IN_PARAM
  [3144, 'bad value'], // ER_INVALID_JSON_CHARSET
  [3150, 'bad value'], // ER_JSON_VALUE_TOO_BIG
  [3151, 'bad value'], // ER_JSON_KEY_TOO_BIG
  [3157, 'bad value'], // ER_JSON_DOCUMENT_TOO_DEEP
  [3819, 'bad value'], // ER_CHECK_CONSTRAINT_VIOLATED of MySQL
  [4025, 'bad value'], // ER_CONSTRAINT_FAILED of MariaDB
])

/** Lower ones are what the server's operating system said: a full disk, a file that is gone. */
const firstServerNumber = 1000

const migrateStep = 'run `hostvitals migrate` as a user that may change the schema'
const grantStep =
  "give this database user SELECT, INSERT, UPDATE and DELETE on hostvitals' tables, and CREATE, ALTER, DROP, INDEX, REFERENCES and CREATE VIEW where it migrates"

const nextSteps: ReadonlyMap<number | string, string> = new Map<number | string, string>([
  [1044, grantStep],
  [1045, 'correct the user or the password in the address of the database'],
  [1049, "create the database, or correct the address's last part"],
  [1054, migrateStep],
  [1114, 'free some space on its disk'],
  [1021, 'free some space on its disk'],
  [1129, "run `FLUSH HOSTS` on the server, or see why this host's connections break"],
  [1130, 'create the database user for the host that hostvitals runs on'],
  [1142, grantStep],
  [1143, grantStep],
  [1146, migrateStep],
  [1153, "raise the server's max_allowed_packet"],
  [1227, grantStep],
  [1526, `${migrateStep}, daily: it makes the partitions of the next days`],
  [1665, "set the server's binlog_format to ROW or MIXED"],
  [1820, 'set a new password for the database user'],
  [3118, 'unlock the database user'],
  ['HANDSHAKE_SSL_ERROR', "check tlsCa, the server's certificate and that its name stands in it"],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'turn TLS on at the server, or leave tlsCa out'],
])

/** What an error of the driver is to us, and whether its connection must be closed. */
export interface MysqlFault {
  readonly error: HostvitalsError
  readonly isConnectionLost: boolean
}

/** `label` tells the database in the message; the driver's own words and error are kept, the statement is not. */
export function toMysqlFault(cause: unknown, label: string): MysqlFault {
  if (cause instanceof HostvitalsError) return { error: cause, isConnectionLost: false }
  // The driver puts the whole statement into its error: megabytes, and what a log must not show.
  if (cause instanceof Error) Reflect.deleteProperty(cause, 'sql')
  const kind = classOf(cause)
  const nextStep = nextSteps.get(numberOf(cause) ?? '') ?? nextSteps.get(codeOf(cause))
  const message = `${label}: ${wordsOf(cause)}`
  const options = { cause, ...(nextStep === undefined ? {} : { nextStep }) }
  return { error: toError(kind, message, options), isConnectionLost: kind === 'lost' }
}

function toError(
  kind: Class | undefined,
  message: string,
  options: { readonly cause: unknown; readonly nextStep?: string },
): HostvitalsError {
  switch (kind) {
    case 'duplicate':
      return new DuplicateRowError(message, options)
    case 'lost':
    case 'busy':
      return new StoreUnavailableError(message, options)
    case 'bad value':
      return new StoreBadValueError(message, options)
    case undefined:
      return new StoreConfigurationError(message, options)
  }
}

function classOf(cause: unknown): Class | undefined {
  const number = numberOf(cause)
  if (number !== undefined) return number < firstServerNumber ? 'busy' : classes.get(number)
  const code = codeOf(cause)
  // Also what a network that breaks within the handshake becomes.
  if (code === 'HANDSHAKE_SSL_ERROR') return /ECONN|EPIPE|disconnected/.test(wordsOf(cause)) ? 'lost' : undefined
  if (code.startsWith('HANDSHAKE_') || code.startsWith('AUTH_')) return undefined
  const isFatal = cause instanceof Error && 'fatal' in cause && cause.fatal === true
  return isFatal || /^(?:E[A-Z]+|PROTOCOL_\w+)$/.test(code) ? 'lost' : undefined
}

/** True where a server said it, so that there is one, whatever it said. */
export function isFromServer(cause: unknown): boolean {
  return numberOf(cause) !== undefined
}

/** The server's number; those of the operating system are negative. */
function numberOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !('errno' in cause)) return undefined
  return typeof cause.errno === 'number' && cause.errno > 0 ? cause.errno : undefined
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}

function wordsOf(cause: unknown): string {
  // One that tried several addresses of a name has no words of its own.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(wordsOf).join(', ')
  return cause instanceof Error && cause.message !== '' ? cause.message : codeOf(cause) || String(cause)
}
