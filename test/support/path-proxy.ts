import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { CertificateFiles } from './certificates.ts'

/** A reverse proxy that speaks TLS and shows a server below a path, as nginx does. */
export interface PathProxy extends AsyncDisposable {
  /** `https://localhost:PORT`, without the path. */
  readonly url: string
  /** What was asked for outside of the path, which a page below it must never do. */
  readonly strays: readonly string[]
}

/** How it shows what. */
export interface PathProxyOptions {
  readonly to: string
  readonly path: string
  readonly certificate: CertificateFiles
  /** True where it takes the path off (`proxy_pass http://…/;`), false where it hands it on. */
  readonly takesOff: boolean
}

/** Starts one on a free port. */
export async function startPathProxy({ to, path, certificate, takesOff }: PathProxyOptions): Promise<PathProxy> {
  const strays: string[] = []
  function forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const { url = '/', method, headers } = incoming
    if (url !== path && !url.startsWith(`${path}/`) && !url.startsWith(`${path}?`)) {
      strays.push(url)
      answer.writeHead(404).end()
      return
    }
    const rest = url.slice(path.length)
    const inner = takesOff ? (rest.startsWith('/') ? rest : `/${rest}`) : url
    const asked = request(new URL(inner, to), { ...(method === undefined ? {} : { method }), headers }, (came) => {
      answer.writeHead(came.statusCode ?? 502, came.headers)
      came.pipe(answer)
    })
    asked.on('error', () => answer.destroy())
    answer.on('close', () => asked.destroy())
    incoming.pipe(asked)
  }
  const [cert, key] = await Promise.all([readFile(certificate.cert), readFile(certificate.key)])
  const server = createServer({ cert, key }, forward).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `https://localhost:${port}`,
    strays,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
