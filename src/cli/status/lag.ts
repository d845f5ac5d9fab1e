import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { LogEndsOfTopic } from '../../kafka/log-ends.ts'
import type { ToldLags } from '../../query/status/consumer-figures.ts'
import type { LogPosition } from '../../query/status/log-positions.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import { kafkaConnection } from '../kafka-connection.ts'

/** How far one partition is stored, and how much of it is not yet. */
export interface PartitionLag {
  readonly cluster: string
  readonly topic: string
  readonly partition: number
  /** Null: nothing was stored of it yet. As text, since it may exceed 2^53. */
  readonly nextOffset: string | null
  /** ISO 8601; when the position was moved last. */
  readonly updatedAt: string | null
  /** Null: unknown. */
  readonly lagRecords: number | null
  /** Those of them that have been in the log for a minute and longer; null: unknown, as only Kafka can tell. */
  readonly overdueRecords: number | null
}

/** A consumer at work takes what is in the log sooner. */
export const overdueMs = 60_000

/** Who told the lag: Kafka itself, the consumers' own metrics, or nobody. */
export type LagSource = 'kafka' | 'consumers' | 'unknown'

/** What Kafka said, or why it said nothing. */
export type AskedKafka =
  | { readonly ends: LogEndsOfTopic }
  /** Undefined: there is no configuration to ask by. */
  | { readonly problem: string | undefined }

/** Asks Kafka for the ends of its log, where there is a configuration. A broker that is away is a sentence, no error. */
export async function askKafka(kafka: KafkaConfig | undefined, nowMs: number): Promise<AskedKafka> {
  if (kafka === undefined) return { problem: undefined }
  try {
    // Only now, so that who needs no Kafka loads no client.
    const { listLogEnds } = await import('../../kafka/log-ends.ts')
    return {
      ends: await listLogEnds(
        { ...kafkaConnection(kafka, 'consume'), clientId: 'hostvitals-status' },
        nowMs - overdueMs,
      ),
    }
  } catch (error) {
    if (!(error instanceof HostvitalsError)) throw error
    return { problem: error.message }
  }
}

type Lag = Pick<PartitionLag, 'lagRecords' | 'overdueRecords'>

const unknownLag: Lag = { lagRecords: null, overdueRecords: null }

/** Positions and ends together: by what Kafka says, else by what the consumers say, else unknown. */
export function toLags(
  positions: readonly LogPosition[],
  asked: AskedKafka,
  told: ToldLags,
): { readonly source: LagSource; readonly partitions: readonly PartitionLag[] } {
  if ('ends' in asked) return { source: 'kafka', partitions: againstEnds(positions, asked.ends) }
  // The consumers name the partition alone: of several topics nobody knows which.
  const isOneTopic = new Set(positions.map(({ cluster, topic }) => `${cluster}/${topic}`)).size === 1
  const isTold = told.size > 0 && isOneTopic
  const partitions = positions.map((position) =>
    placed(position, { ...unknownLag, lagRecords: isTold ? (told.get(position.partition) ?? null) : null }),
  )
  return { source: isTold ? 'consumers' : 'unknown', partitions }
}

function againstEnds(
  positions: readonly LogPosition[],
  { cluster, topic, partitions }: LogEndsOfTopic,
): readonly PartitionLag[] {
  const isOfTopic = (position: LogPosition): boolean => position.cluster === cluster && position.topic === topic
  const others = positions.filter((position) => !isOfTopic(position)).map((position) => placed(position, unknownLag))
  const own = partitions.map(({ partition, earliestOffset, endOffset, sinceOffset }): PartitionLag => {
    const lagFrom = (from: bigint): Lag => ({
      lagRecords: Number(endOffset - from),
      overdueRecords: sinceOffset > from ? Number(sinceOffset - from) : 0,
    })
    const position = positions.find((each) => isOfTopic(each) && each.partition === partition)
    if (position === undefined) {
      return { cluster, topic, partition, nextOffset: null, updatedAt: null, ...lagFrom(earliestOffset) }
    }
    const { nextOffset } = position
    // A log that begins after the position was cut there; one that ends before it was made anew and is read from its begin.
    const isCut = nextOffset < earliestOffset || nextOffset > endOffset
    return placed(position, lagFrom(isCut ? earliestOffset : nextOffset))
  })
  return [...own, ...others]
}

function placed({ cluster, topic, partition, nextOffset, updatedMs }: LogPosition, lag: Lag): PartitionLag {
  const updatedAt = new Date(updatedMs).toISOString()
  return { cluster, topic, partition, nextOffset: String(nextOffset), updatedAt, ...lag }
}
