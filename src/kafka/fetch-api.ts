import {
  type API,
  type ConnectionPool,
  createAPI,
  fetchV12,
  fetchV13,
  fetchV14,
  fetchV15,
  fetchV16,
  fetchV17,
} from '@platformatic/kafka'
import { BrokerRefusedError } from '../runtime/errors.ts'
import { type FetchAnswer, readFetchAnswer } from './fetch-response.ts'

const fetchKey = 1
const readCommitted = 1
/** No session: each request says all that it wants. */
const noSession = { id: 0, epoch: -1 } as const
/** Version 12 asks by the topic's name. */
const firstWithIds = 13
const writers = new Map([
  [12, fetchV12.createRequest],
  [13, fetchV13.createRequest],
  [14, fetchV14.createRequest],
  [15, fetchV15.createRequest],
  [16, fetchV16.createRequest],
  [17, fetchV17.createRequest],
])

type FetchArguments = Parameters<typeof fetchV17.createRequest>

/** What to ask one broker for. */
export interface Fetch {
  readonly topic: { readonly name: string; readonly id: string }
  readonly partitions: readonly { readonly partition: number; readonly fromOffset: bigint }[]
  readonly maxBytes: number
  readonly maxPartitionBytes: number
  readonly maxWaitMs: number
}

/** Fetches records packed, as the client cannot. */
export class FetchApi {
  readonly #api: API<FetchArguments, FetchAnswer>

  /** In the newest version that the broker speaks, as it lists them. Throws BrokerRefusedError for one before Kafka 2.7. */
  constructor(
    spoken: readonly { readonly apiKey: number; readonly minVersion: number; readonly maxVersion: number }[],
  ) {
    const { minVersion = 0, maxVersion = 0 } = spoken.find(({ apiKey }) => apiKey === fetchKey) ?? {}
    const newest = [...writers].findLast(([version]) => version >= minVersion && version <= maxVersion)
    if (newest === undefined) {
      throw new BrokerRefusedError(
        `the broker speaks the versions ${minVersion} to ${maxVersion} of Fetch, hostvitals 12 to 17`,
        {
          nextStep: 'use Kafka 2.7 or newer',
        },
      )
    }
    const [version, write] = newest
    this.#api = createAPI<FetchArguments, FetchAnswer>(fetchKey, version, write, readFetchAnswer)
  }

  /** Asks a broker. Throws the client's errors. */
  async fetch(
    pool: ConnectionPool,
    broker: Parameters<ConnectionPool['get']>[0],
    { topic, partitions, maxBytes, maxPartitionBytes, maxWaitMs }: Fetch,
  ): Promise<FetchAnswer> {
    const connection = await pool.get(broker)
    const wanted = partitions.map(({ partition, fromOffset }) => ({
      partition,
      fetchOffset: fromOffset,
      partitionMaxBytes: maxPartitionBytes,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    }))
    const topics = [{ topicId: this.#api.version < firstWithIds ? topic.name : topic.id, partitions: wanted }]
    return this.#api.async(
      connection,
      maxWaitMs,
      1,
      maxBytes,
      readCommitted,
      noSession.id,
      noSession.epoch,
      topics,
      [],
      '',
    )
  }
}
