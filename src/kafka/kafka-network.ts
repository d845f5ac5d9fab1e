import type { Emit } from '../runtime/events.ts'
import type { Network } from '../runtime/network.ts'
import type { KafkaConnection } from './client-options.ts'
import { KafkaReader } from './kafka-reader.ts'
import { KafkaWriter } from './kafka-writer.ts'

/** The real network: Kafka. */
export function kafkaNetwork(connection: KafkaConnection, emit: Emit): Network {
  return { writer: () => new KafkaWriter(connection), reader: (options) => new KafkaReader(connection, options, emit) }
}
