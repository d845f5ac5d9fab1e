import { StoreConfigurationError } from '../../runtime/errors.ts'
import { type MysqlAddress, addressText } from './mysql-address.ts'
import { toMysqlFault } from './mysql-error.ts'
import { MysqlPool } from './mysql-pool.ts'

/** Which of the two a server is, and what it allows; asked once, when the store is opened. */
export interface MysqlServer {
  readonly kind: 'mysql' | 'mariadb'
  /**
   * Compares texts byte by byte, blanks at the end included, so that no two names become one. Both servers have such an
   * order, by different names.
   */
  readonly collation: 'utf8mb4_0900_bin' | 'utf8mb4_nopad_bin'
  /** A longer statement is refused, and its connection closed. */
  readonly maxPacketBytes: number
}

const oldest = { mysql: [8, 4], mariadb: [10, 11] } as const

/** Asks the server what it is. Throws StoreUnavailableError, and StoreConfigurationError for one that is too old. */
export async function askMysqlServer(address: MysqlAddress, tlsCa?: string): Promise<MysqlServer> {
  const label = `mysql ${addressText(address)}`
  await using pool = await MysqlPool.create(address, label, tlsCa)
  const connection = await pool.acquire()
  try {
    const rows = await pool.query(connection, 'SELECT VERSION() AS version, @@max_allowed_packet AS packet')
    const row: unknown = Array.isArray(rows) ? rows[0] : undefined
    // Two columns that we named, of types that the server documents.
    const { version, packet } = row as { readonly version: string; readonly packet: number }
    return { ...kindOf(version, label), maxPacketBytes: packet }
  } catch (error) {
    throw toMysqlFault(error, label).error
  } finally {
    connection.release()
  }
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
