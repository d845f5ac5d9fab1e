import { readFile } from 'node:fs/promises'
import type { BaseOptions } from '@platformatic/kafka'
import { ConfigurationError, describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'

/** How to reach Kafka: what this room needs of kafka.config.ts. */
export interface KafkaConnection {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[]
  readonly topic: string
  readonly clientId: string
  /** Absent: plaintext. Paths of PEM files. */
  readonly tls?: {
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
    readonly insecure?: boolean
  }
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    /** Asked at each connection, so that it is in memory no longer than needed. */
    readonly password: () => string
  }
}

const mechanisms = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const

/**
 * The Kafka client's options. Retrying is ours, so that it never ends and is told once: `false`, because the client takes 0
 * and 1 of an idempotent producer for endless. Throws ConfigurationError for a file that cannot be read.
 */
export async function clientOptions({ brokers, clientId, tls, sasl }: KafkaConnection): Promise<BaseOptions> {
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    retries: false,
    connectTimeout: 4000,
    timeout: 4000,
    autocreateTopics: false,
    ...(tls === undefined ? {} : { tls: await tlsOptions(tls) }),
    ...(sasl === undefined
      ? {}
      : { sasl: { mechanism: mechanisms[sasl.mechanism], username: sasl.username, password: sasl.password } }),
  }
}

/** Tells at a start that the brokers are not verified, where that was asked for. */
export function tellInsecure({ brokers, tls }: KafkaConnection, emit: Emit): void {
  if (tls?.insecure === true) emit('kafka.insecure', { brokers: brokers.join(', ') })
}

async function tlsOptions(tls: NonNullable<KafkaConnection['tls']>): Promise<NonNullable<BaseOptions['tls']>> {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: tls.insecure !== true,
    ...(tls.ca === undefined ? {} : { ca: await pem(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: await pem(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: await pem(tls.key) }),
  }
}

async function pem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError(`${path} cannot be read: ${describeError(error)}`, {
      cause: error,
      nextStep: 'correct the path in kafka.config.ts, or give this user the right to read the file',
    })
  }
}
