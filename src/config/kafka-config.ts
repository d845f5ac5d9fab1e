import type { Secret } from './secret.ts'

/** How to reach Kafka, as checked and completed; shared by agents and consumers. */
export interface KafkaConfig {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[]
  readonly topic: string
  /** Absent: `hostvitals-produce` or `hostvitals-consume`, by role. */
  readonly clientId?: string
  /** Absent: plaintext. Files are absolute paths here. */
  readonly tls?: KafkaTls
  readonly sasl?: KafkaSasl
}

/** TLS to the brokers; host names are always verified. */
export interface KafkaTls {
  /** The CA's certificate, PEM; absent: the system's CAs. */
  readonly ca?: string
  /** The client's certificate and its key, PEM, for mutual TLS: both or neither. */
  readonly cert?: string
  readonly key?: string
  /** Switches verification off; logged at each start. */
  readonly insecure?: boolean
}

/** A user's name and password, by the mechanism the listener offers. */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: Secret | string
}
