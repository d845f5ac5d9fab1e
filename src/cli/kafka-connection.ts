import type { KafkaConfig } from '../config/kafka-config.ts'
import type { KafkaConnection } from '../kafka/client-options.ts'

/** The configuration as the Kafka room takes it; the password is revealed only when a connection asks for it. */
export function kafkaConnection(
  { brokers, topic, clientId, tls, sasl }: KafkaConfig,
  role: 'produce' | 'consume' | 'tail',
): KafkaConnection {
  return {
    brokers,
    topic,
    clientId: clientId ?? `hostvitals-${role}`,
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined
      ? {}
      : { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: () => reveal(sasl.password) } }),
  }
}

function reveal(secret: NonNullable<KafkaConfig['sasl']>['password']): string {
  return typeof secret === 'string' ? secret : secret.reveal()
}
