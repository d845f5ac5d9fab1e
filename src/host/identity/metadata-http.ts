import type { IncomingMessage } from 'node:http'

/** How a metadata service is asked. */
export interface MetadataRequest {
  /** `http://169.254.169.254`, without a slash at the end. */
  readonly base: string
  readonly signal: AbortSignal
}

/** One question. */
export interface MetadataQuestion {
  readonly path: string
  readonly method?: 'GET' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  /** A header that the answer must have, by which the service is known. */
  readonly proof?: readonly [name: string, value: string]
}

const mostBytes = 64 * 2 ** 10

/**
 * Asks, and gives the answer's text. No proxy is used whatever the environment says, no redirect followed, no connection kept,
 * and nothing longer than 64 KiB read. Throws for any other status than 200.
 */
export async function askMetadata(
  { base, signal }: MetadataRequest,
  { path, method = 'GET', headers, proof }: MetadataQuestion,
): Promise<string> {
  // Only here: hardly any agent asks, and what stands behind it is memory of every one.
  const { Agent, request } = await import('node:http')
  const url = new URL(`${base}${path}`)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  // An agent of its own: that of the process may have been told of a proxy.
  const agent = new Agent({ keepAlive: false })
  request(url, { method, headers, signal, agent }, resolve).on('error', reject).end()
  const response = await promise
  try {
    if (response.statusCode !== 200) throw new Error(`${url.href} answers with status ${response.statusCode}`)
    if (proof !== undefined && response.headers[proof[0]] !== proof[1]) {
      throw new Error(`${url.href} is answered by something else: it has no header ${proof[0]}: ${proof[1]}`)
    }
    return await textOf(response, url.href)
  } finally {
    response.destroy()
  }
}

async function textOf(response: AsyncIterable<Buffer>, name: string): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response) {
    length += piece.length
    if (length > mostBytes) throw new Error(`${name} answers with more than ${mostBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
