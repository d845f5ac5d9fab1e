import type { Socket } from 'node:net'
import { LineProxy } from './line-proxy.ts'

/**
 * How a line is cut at a step: what the client says there is never heard; it is heard and the answer lost; or it is heard
 * by a server whose client is gone before it has done it.
 */
export type Cut = 'unheard' | 'unanswered' | 'abandoned'

/** A step at which the line is cut, counted from 1: each is one thing that a client says to the server. */
export interface CutAt {
  readonly step: number
  readonly cut: Cut
  readonly onCut?: () => void
}

/** A line to a real server that is cut at a chosen step, once: the way to crash at each statement, one by one. */
export class SteppingProxy extends LineProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>()
  #steps = 0
  #cutAt: CutAt | undefined

  /** A line to the server of this URL, on a free port. */
  static async to(url: string): Promise<SteppingProxy> {
    const proxy = new SteppingProxy(url)
    await proxy.listen()
    return proxy
  }

  /** Counts from here on, and cuts at the step; without one it only counts. */
  begin(cutAt?: CutAt): void {
    this.#steps = 0
    this.#cutAt = cutAt
  }

  /** Steps since `begin`. */
  get steps(): number {
    return this.#steps
  }

  /** Whether the cut is still to come. */
  get isWhole(): boolean {
    return this.#cutAt !== undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.close()
  }

  protected override accept(client: Socket): void {
    const server = this.connect()
    const destroy = (): void => {
      client.destroy()
      server.destroy()
    }
    let isAnswerLost = false
    client.on('data', (bytes: Buffer) => {
      this.#steps++
      const now = this.#steps === this.#cutAt?.step ? this.#cutAt : undefined
      if (now === undefined) {
        server.write(bytes)
        return
      }
      this.#cutAt = undefined
      now.onCut?.()
      if (now.cut === 'unheard') destroy()
      else if (now.cut === 'abandoned') server.write(bytes, destroy)
      else {
        isAnswerLost = true
        server.write(bytes)
      }
    })
    server.on('data', (bytes: Buffer) => {
      if (isAnswerLost) destroy()
      else client.write(bytes)
    })
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      // A cut connection may be reset; both ends are closed then.
      socket.on('error', destroy)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        destroy()
      })
    }
  }
}
