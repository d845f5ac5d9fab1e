import { StoreConfigurationError } from '../../runtime/errors.ts'

/** Which of the two a server is, and what it allows. */
export interface MysqlServer {
  readonly kind: 'mysql' | 'mariadb'
  /**
   * Compares texts byte by byte, blanks at the end included, so that no two names become one. Both servers have such an
   * order, by different names.
   */
  readonly collation: 'utf8mb4_0900_bin' | 'utf8mb4_nopad_bin'
  /** Settings by which a commit is not on disk when it returns, such as `sync_binlog = 0`; empty where it is. */
  readonly relaxed: readonly string[]
  /** A longer statement is refused, and its connection closed. */
  readonly maxPacketBytes: number
}

/** Asks for what `readMysqlServer` reads. */
export const askMysqlServer = `SELECT VERSION() AS version, @@max_allowed_packet AS packet,
  @@innodb_flush_log_at_trx_commit AS flush, @@log_bin AS binlog, @@sync_binlog AS sync`

/** What a server syncs at a commit. */
interface Syncing {
  readonly flush: number
  readonly binlog: number
  readonly sync: number
}

interface Answer extends Syncing {
  readonly version: string
  readonly packet: number
}

const oldest = { mysql: [8, 4], mariadb: [10, 11] } as const

/** What a server is, by its answer to `askMysqlServer`. Throws StoreConfigurationError for one that is too old. */
export function readMysqlServer(rows: unknown, label: string): MysqlServer {
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined
  // Columns that we named, of types that the server documents.
  const { version, packet, flush, binlog, sync } = row as Answer
  return { ...kindOf(version, label), maxPacketBytes: packet, relaxed: relaxedOf({ flush, binlog, sync }) }
}

/**
 * What of it leaves a commit in memory. With the binary log, a transaction that is not in it after a power cut is undone,
 * also where InnoDB has it on disk.
 */
export function relaxedOf({ flush, binlog, sync }: Syncing): readonly string[] {
  return [
    // 3 is MariaDB's, and syncs more often still.
    ...(flush === 1 || flush === 3 ? [] : [`innodb_flush_log_at_trx_commit = ${flush}`]),
    ...(binlog === 0 || sync === 1 ? [] : [`sync_binlog = ${sync}`]),
  ]
}

/** By what `VERSION()` says, such as `9.7.4-2` or `10.11.19-MariaDB-0+deb12u1`. Throws StoreConfigurationError. */
export function kindOf(version: string, label: string): Pick<MysqlServer, 'kind' | 'collation'> {
  const kind = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  const [oldestMajor, oldestMinor] = oldest[kind]
  const isNewEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
  if (!isNewEnough) {
    throw new StoreConfigurationError(`${label}: the server is too old (${version})`, {
      nextStep: 'use MySQL 8.4 or newer, or MariaDB 10.11 or newer',
    })
  }
  return { kind, collation: kind === 'mariadb' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin' }
}
