import {
  type API,
  type Broker,
  type Callback,
  type Connection,
  Consumer,
  type ConsumerOptions,
  kGetApi,
  kGetConnection,
  NetworkError,
  ResponseError,
} from '@platformatic/kafka'

/** What a broker says of a partition whose leader is away, in the client's words. */
const leaderless = /^(?:LEADER_NOT_AVAILABLE|LISTENER_NOT_FOUND|REPLICA_NOT_AVAILABLE)$/

/**
 * A consumer of the client, which takes the brokers' map also where a partition has no leader: by itself it takes that for a
 * failure of the whole, so that one partition would stop the reading of all. And it asks anew which broker answers for the
 * group when that one is gone from the map: by itself it looks for it there for ever, and is no member any more meanwhile.
 */
export function tolerantConsumer(options: ConsumerOptions<Buffer, Buffer, Buffer, Buffer>): Consumer {
  return new TolerantConsumer(options)
}

class TolerantConsumer extends Consumer {
  override [kGetApi]<Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void {
    super[kGetApi]<Request, Response>(name, (error, api) => {
      callback(error, api !== undefined && name === 'Metadata' ? tolerant(api) : api)
    })
  }

  override [kGetConnection](broker: Broker, callback: Callback<Connection>): void {
    super[kGetConnection](broker, (error, connection) => {
      if (!(error instanceof NetworkError) || Reflect.get(error, 'hasStaleMetadata') !== true) {
        callback(error, connection)
        return
      }
      // The client forgets either the map or who answers for the group, and for this error the map alone: it is told another.
      this.clearMetadata()
      callback(new NetworkError(error.message))
    })
  }
}

function tolerant<Request extends unknown[], Response>(api: API<Request, Response>): API<Request, Response> {
  function call(connection: Connection, ...args: unknown[]): void {
    const callback = args.pop()
    function answered(error: Error | null, response?: Response): void {
      const known = error === null ? undefined : answerOf(error)
      if (typeof callback === 'function') callback(known === undefined ? error : null, known ?? response)
    }
    // The arguments are those that the client gave, with our callback in the place of its last.
    Reflect.apply(api, undefined, [connection, ...args, answered])
  }
  // The client calls it and asks for its version; what else an API has is the original's.
  return Object.assign(call, { async: api.async, key: api.key, version: api.version })
}

/** The answer that came with the error, where the error is of partitions without a leader alone. */
function answerOf(error: Error): unknown {
  if (!(error instanceof ResponseError)) return undefined
  const isTolerable = error.errors.every((each: unknown) => {
    const [id, path] = ['apiId', 'path'].map((key) => String(Reflect.get(Object(each), key)))
    return leaderless.test(id ?? '') && path?.includes('/partitions/') === true
  })
  return isTolerable ? Reflect.get(error, 'response') : undefined
}
