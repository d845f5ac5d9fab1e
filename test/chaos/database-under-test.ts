import type { OwnDatabase } from '../support/own-database.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'

/** The stores that chaos runs on, as a command line names them. */
export const storeNames = ['postgres', 'mysql', 'mariadb', 'sqlite'] as const

/** One of them. */
export type StoreName = (typeof storeNames)[number]

/** Whether the text names one. */
export function isStoreName(text: string): text is StoreName {
  return storeNames.some((name) => name === text)
}

/** The line between the consumers and their database server, and how a message that commits looks on it. */
export interface DatabaseLine {
  readonly proxy: TcpProxy
  readonly isCommit: (bytes: Buffer) => boolean
}

/** A server that may be killed: at once, with all its processes, and started again on its data. */
export interface MortalServer {
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
}

/** The database of a chaos run, and what can be done to it. */
export interface DatabaseUnderTest extends AsyncDisposable {
  readonly version: string
  /** As the consumers reach it: under a user of their own, over the line. */
  readonly consumers: Pick<OwnDatabase, 'name' | 'location' | 'url'>
  /** As the harness reaches it: straight, and with every right. */
  readonly own: Pick<OwnDatabase, 'name' | 'location' | 'sql'>
  /** Absent for SQLite. */
  readonly line?: DatabaseLine
  /** Absent where the server is shared with others, and for SQLite. */
  readonly server?: MortalServer
  /** The consumers may store no rows any more; on SQLite, which knows no rights, the table of rows is gone. */
  readonly revoke: () => Promise<void>
  /** Gives back what `revoke` took. */
  readonly grant: () => Promise<void>
}
