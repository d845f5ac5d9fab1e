import type { ConnectionPool } from '@platformatic/kafka'

/**
 * Remembers why connections of the client broke. The client says no more than 'Connection closed' where the broker refused
 * our certificate, which TLS 1.3 tells only after the handshake. Listening also keeps an error that comes after the client
 * gave a connection up from ending the process.
 */
export class ConnectionWatch {
  #reason: Error | undefined

  /** Watches what this pool opens from now on. */
  watch(pool: ConnectionPool): void {
    pool.on('connecting', ({ connection }) => {
      connection.on('error', (error) => {
        this.#reason = error
      })
    })
    pool.on('connect', () => {
      this.#reason = undefined
    })
  }

  /** The client's error together with what is known of its connections. */
  explain(error: unknown): unknown {
    const reason = this.#reason
    return reason === undefined || reason === error ? error : new AggregateError([error, reason], 'Kafka')
  }
}
