import { raw } from 'mysql2/promise'
import type { MysqlServer } from './mysql-server.ts'

/** Longer ones are set aside: as digits they are twice as long, and a statement has other values too. */
const pieceBytes = 1_048_576

/** What a server takes at once. */
export type Limits = Pick<MysqlServer, 'kind' | 'maxPacketBytes'>

/** A statement's values without those that are too long for it, and what to run before and after it instead. */
export interface SparedValues {
  readonly before: readonly string[]
  readonly values: readonly unknown[]
  readonly after: readonly string[]
}

/**
 * Long bytes and texts go to the server in pieces, into variables of the session which the statement names: a record that
 * nobody can read may be longer than any statement. No variable and no function holds more than `max_allowed_packet`, but
 * GROUP_CONCAT of MySQL, by which bytes of any length are joined. What MariaDB cannot hold so stays where it is.
 */
export function spareLongValues(values: readonly unknown[], limits: Limits): SparedValues {
  const most = Math.min(pieceBytes, Math.floor(limits.maxPacketBytes / 8))
  const before: string[] = []
  const after: string[] = []
  const spared = values.map((value, index) => {
    const bytes = longBytes(value, most)
    if (bytes === undefined) return value
    const isJoined = bytes.byteLength >= limits.maxPacketBytes
    if (isJoined && (limits.kind === 'mariadb' || typeof value === 'string')) return value
    const name = `@hostvitals_${index}`
    const said = isJoined ? joined(bytes, name, most) : concatenated(bytes, name, most)
    before.push(...said.before)
    after.push(...said.names.map((each) => `SET ${each} = NULL`))
    return raw(typeof value === 'string' ? `CONVERT(${said.expression} USING utf8mb4)` : said.expression)
  })
  return { before, values: spared, after }
}

/** A value told beforehand: by which statements, under which names, and what stands for it. */
interface Told {
  readonly before: readonly string[]
  readonly names: readonly string[]
  readonly expression: string
}

function longBytes(value: unknown, most: number): Buffer | undefined {
  if (typeof value === 'string' && value.length * 3 > most) {
    const bytes = Buffer.from(value)
    return bytes.byteLength > most ? bytes : undefined
  }
  return Buffer.isBuffer(value) && value.byteLength > most ? value : undefined
}

function concatenated(bytes: Buffer, name: string, most: number): Told {
  const before = hexPieces(bytes, most).map((piece) => `SET ${name} = CONCAT(${name}, X'${piece}')`)
  return { before: [`SET ${name} = X''`, ...before], names: [name], expression: name }
}

function joined(bytes: Buffer, name: string, most: number): Told {
  const pieces = hexPieces(bytes, most)
  const names = pieces.map((_, at) => `${name}_${at}`)
  const rows = names.map((each, at) => `SELECT ${at} AS number, ${each} AS piece`)
  return {
    before: [
      `SET SESSION group_concat_max_len = ${bytes.byteLength}`,
      ...pieces.map((piece, at) => `SET ${names[at]} = X'${piece}'`),
    ],
    names,
    expression: `(SELECT GROUP_CONCAT(piece ORDER BY number SEPARATOR '') FROM (${rows.join(' UNION ALL ')}) AS pieces)`,
  }
}

function hexPieces(bytes: Buffer, most: number): readonly string[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / most) }, (_, at) =>
    bytes.toString('hex', at * most, (at + 1) * most),
  )
}
