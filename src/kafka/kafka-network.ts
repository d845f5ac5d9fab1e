import type { Clock } from '../runtime/clock.ts'
import type { Network } from '../runtime/network.ts'
import type { KafkaConnection } from './client-options.ts'
import { KafkaReader } from './kafka-reader.ts'
import { KafkaWriter } from './kafka-writer.ts'

/** The real network: Kafka. */
export function kafkaNetwork(connection: KafkaConnection, clock: Clock): Network {
  return { writer: () => new KafkaWriter(connection), reader: (options) => new KafkaReader(connection, options, clock) }
}
