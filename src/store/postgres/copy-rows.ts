import { finished } from 'node:stream/promises'
import type { ClientBase } from 'pg'
import { from } from 'pg-copy-streams'

/** Rows in the binary format of COPY, as the one parameter of a `COPY … FROM STDIN`. */
export class CopyRows {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** Sends the rows and waits until the server has taken them all. Throws the driver's errors. */
export async function copyRows(client: ClientBase, sql: string, { bytes }: CopyRows): Promise<void> {
  const stream = client.query(from(sql))
  // Its listeners stay: after an error the stream may emit another one when the rest has left the socket.
  const done = finished(stream, { cleanup: false })
  // In one piece: the stream loses its connection at an error, and would look for it at the next piece.
  stream.end(bytes)
  await done
}
