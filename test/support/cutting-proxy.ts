import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut at a chosen moment, as networks are. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number
  /** From now on: what holds this text goes through, its answer does not, and the connection is cut. Once. */
  readonly loseAnswerTo: (text: string) => void
}

/** Opens one on a free port. */
export async function cuttingProxy(host: string, port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let fatal: string | undefined
  const server = createServer((client) => {
    const upstream = connect(port, host)
    let isCut = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      // A cut connection may be reset; both ends are closed then.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        for (const other of [client, upstream]) other.destroy()
      })
    }
    client.on('data', (bytes) => {
      if (fatal !== undefined && bytes.includes(fatal)) {
        fatal = undefined
        isCut = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      // The answer has come: the server has done it.
      if (isCut) client.destroy()
      else client.write(bytes)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    loseAnswerTo: (text) => {
      fatal = text
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
