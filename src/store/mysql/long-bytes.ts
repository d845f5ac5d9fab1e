import { raw } from 'mysql2/promise'

/** Longer ones are set aside: as digits they are twice as long, and a statement has other values too. */
const pieceBytes = 1_048_576

/** A statement's values without those that are too long for it, and what to run before and after it instead. */
export interface SparedValues {
  readonly before: readonly string[]
  readonly values: readonly unknown[]
  readonly after: readonly string[]
}

/**
 * Long bytes go to the server in pieces, into variables of the session which the statement names: a record that nobody can
 * read may be longer than any statement. What is longer than `maxPacketBytes` no variable can hold and stays where it is.
 */
export function spareLongBytes(values: readonly unknown[], maxPacketBytes: number): SparedValues {
  const most = Math.min(pieceBytes, Math.floor(maxPacketBytes / 8))
  const before: string[] = []
  const after: string[] = []
  const spared = values.map((value, index) => {
    if (!Buffer.isBuffer(value) || value.byteLength <= most || value.byteLength >= maxPacketBytes) return value
    const name = `@hostvitals_${index}`
    before.push(`SET ${name} = X''`)
    for (let at = 0; at < value.byteLength; at += most) {
      before.push(`SET ${name} = CONCAT(${name}, X'${value.toString('hex', at, at + most)}')`)
    }
    after.push(`SET ${name} = NULL`)
    return raw(name)
  })
  return { before, values: spared, after }
}
