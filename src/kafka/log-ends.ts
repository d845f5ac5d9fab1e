import { Admin } from '@platformatic/kafka'
import { BrokerRefusedError } from '../runtime/errors.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { toKafkaError } from './kafka-error.ts'

/** What the broker still has of one partition. */
export interface LogEnds {
  readonly partition: number
  /** The oldest offset it still has, and the next one it will give. */
  readonly earliestOffset: bigint
  readonly endOffset: bigint
  /** The first one that was written at the asked time or later; the end where there is none. */
  readonly sinceOffset: bigint
}

/** The topic as the brokers have it now. */
export interface LogEndsOfTopic {
  readonly cluster: string
  readonly topic: string
  readonly partitions: readonly LogEnds[]
}

const earliest = -2n
const latest = -1n
/** Whoever asks for a status does not wait for a silent broker. */
const answerMs = 4000

/**
 * Asks where each partition of the topic begins and ends, and where it stood at a time, in Unix milliseconds by the records'
 * times; changes nothing. Throws BrokerUnavailableError or BrokerRefusedError.
 */
export async function listLogEnds(connection: KafkaConnection, sinceMs: number): Promise<LogEndsOfTopic> {
  const { brokers, topic } = connection
  const admin = new Admin({ ...(await clientOptions(connection)), requestTimeout: answerMs })
  const watch = new ConnectionWatch()
  watch.watch(admin.connections)
  try {
    const metadata = await admin.metadata({ topics: [topic] })
    const count = metadata.topics.get(topic)?.partitionsCount
    if (count === undefined) {
      throw new BrokerRefusedError(
        `${brokers.join(', ')}: the topic ${topic} does not exist, or this user may not see it`,
      )
    }
    const at = async (timestamp: bigint): Promise<ReadonlyMap<number, bigint>> => {
      const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
      const listed = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
      return new Map(listed.flatMap((each) => each.partitions.map((one) => [one.partitionIndex, one.offset] as const)))
    }
    const begins = await at(earliest)
    const since = await at(BigInt(sinceMs))
    const ends = await at(latest)
    const partitions = [...ends].map(([partition, endOffset]) => ({
      partition,
      earliestOffset: begins.get(partition) ?? 0n,
      endOffset,
      sinceOffset: sinceOf(since.get(partition), endOffset),
    }))
    return { cluster: metadata.id, topic, partitions: partitions.sort((a, b) => a.partition - b.partition) }
  } catch (error) {
    throw toKafkaError(watch.explain(error), connection)
  } finally {
    await admin.close()
  }
}

/** Brokers answer -1 where no record is so young. */
function sinceOf(listed: bigint | undefined, endOffset: bigint): bigint {
  return listed === undefined || listed < 0n ? endOffset : listed
}
