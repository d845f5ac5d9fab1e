import * as z from './zod.ts'
import { hostPortField, key, nameField, readableFileField, secretField } from './fields.ts'
import { isLoopback, parseHostPort } from './host-port.ts'
import type { Place } from './place.ts'
import { present } from './present.ts'
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

/** What `defineKafka` takes. */
export interface KafkaInput {
  /** The brokers to begin with; they name the others. */
  readonly brokers: readonly string[]
  /** The topic that agents write and consumers read; the consumer creates it if it is missing and allowed. */
  readonly topic?: string | undefined
  /** The name under which brokers log this client; by default `hostvitals-produce` or `hostvitals-consume`. */
  readonly clientId?: string | undefined
  /** Encrypts the connection; `{}` trusts the system's CAs. Without it, nothing is encrypted. */
  readonly tls?: KafkaTlsInput | undefined
  /** User and password, where the brokers ask for them. */
  readonly sasl?: KafkaSaslInput | undefined
}

/** `tls` of `defineKafka`; paths are relative to the configuration file. */
export interface KafkaTlsInput {
  /** File with the certificate of the brokers' CA, PEM. */
  readonly ca?: string | undefined
  /** File with this client's certificate, PEM, for mutual TLS; goes with `key`. */
  readonly cert?: string | undefined
  /** File with the private key of `cert`, PEM. */
  readonly key?: string | undefined
  /** `true` trusts any broker, which anyone on the way can pretend to be; logged at each start. */
  readonly insecure?: boolean | undefined
}

/** `sasl` of `defineKafka`. */
export interface KafkaSaslInput {
  /** How the password is proven; `plain` sends it as it is and needs TLS unless every broker is on this machine. */
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  /** The user's name. */
  readonly username: string
  /** The user's password. */
  readonly password: Secret | string
}

/** A rule over several keys is told even when one of them is wrong too. */
const always = { when: () => true } as const

/** The check of `kafka.config.ts`. */
export function kafkaSchema(place: Place): z.ZodType<KafkaConfig, KafkaInput> {
  return z
    .strictObject({
      brokers: key(z.array(hostPortField('host:port')).min(1), {
        type: 'list of host:port',
        sentence: 'The brokers to begin with; they name the others.',
        example: "['kafka-1.example:9092']",
      }),
      topic: key(
        z
          .string()
          .regex(/^(?!\.{1,2}$)[\w.-]{1,249}$/)
          .prefault('otlp_metrics'),
        {
          type: 'topic name',
          sentence:
            'The topic that agents write and consumers read; the consumer creates it if it is missing and allowed.',
          example: "'otlp_metrics'",
        },
      ),
      clientId: key(nameField().optional(), {
        type: 'text',
        sentence:
          'The name under which brokers log this client; by default `hostvitals-produce` or `hostvitals-consume`.',
        example: "'hostvitals-berlin'",
      }),
      tls: key(tlsSchema(place).optional(), {
        type: 'object',
        sentence: "Encrypts the connection; `{}` trusts the system's CAs. Without it, nothing is encrypted.",
        example: "{ ca: 'keys/ca.pem' }",
      }),
      sasl: key(saslSchema(place).optional(), {
        type: 'object',
        sentence: 'User and password, where the brokers ask for them.',
        example: "{ mechanism: 'scram-sha-512', username: 'hostvitals', password: secret('KAFKA_PASSWORD') }",
      }),
    })
    .refine((given) => !sendsPasswordOpenly(given), {
      ...always,
      path: ['sasl', 'mechanism'],
      error: "'plain' without tls sends the password readable over the network",
      params: { nextStep: "Add tls: {}, or use mechanism: 'scram-sha-512'." },
    })
    .transform((given) => present(given))
}

function tlsSchema(place: Place): z.ZodType<KafkaTls, KafkaTlsInput> {
  return z
    .strictObject({
      ca: key(readableFileField(place).optional(), {
        type: 'file',
        sentence: "File with the certificate of the brokers' CA, PEM.",
        example: "'keys/ca.pem'",
      }),
      cert: key(readableFileField(place).optional(), {
        type: 'file',
        sentence: "File with this client's certificate, PEM, for mutual TLS; goes with `key`.",
        example: "'keys/client.pem'",
      }),
      key: key(readableFileField(place).optional(), {
        type: 'file',
        sentence: 'File with the private key of `cert`, PEM.',
        example: "'keys/client.key'",
      }),
      insecure: key(z.boolean().optional(), {
        type: 'true or false',
        sentence: '`true` trusts any broker, which anyone on the way can pretend to be; logged at each start.',
        example: 'false',
      }),
    })
    .refine(({ cert, key: privateKey }) => cert === undefined || privateKey !== undefined, {
      ...always,
      path: ['cert'],
      error: 'stands without key: mutual TLS needs both',
      params: { nextStep: "Add key: 'keys/client.key', or remove cert." },
    })
    .refine(({ cert, key: privateKey }) => privateKey === undefined || cert !== undefined, {
      ...always,
      path: ['key'],
      error: 'stands without cert: mutual TLS needs both',
      params: { nextStep: "Add cert: 'keys/client.pem', or remove key." },
    })
    .transform((given) => present(given))
}

function saslSchema(place: Place): z.ZodType<KafkaSasl, KafkaSaslInput> {
  return z.strictObject({
    mechanism: key(z.enum(['plain', 'scram-sha-256', 'scram-sha-512']), {
      type: "'plain', 'scram-sha-256' or 'scram-sha-512'",
      sentence:
        'How the password is proven; `plain` sends it as it is and needs TLS unless every broker is on this machine.',
      example: "'scram-sha-512'",
    }),
    username: key(nameField(), { type: 'text', sentence: "The user's name.", example: "'hostvitals'" }),
    password: key(secretField(place, 'sasl.password'), {
      type: 'secret',
      sentence: "The user's password.",
      example: "secret('KAFKA_PASSWORD')",
    }),
  })
}

const openly = z.looseObject({
  brokers: z.array(z.string()),
  tls: z.undefined().optional(),
  sasl: z.looseObject({ mechanism: z.literal('plain') }),
})

/** Asked of values that may be wrong in other respects, so nothing is taken for granted. */
function sendsPasswordOpenly(given: unknown): boolean {
  const hosts = openly.safeParse(given).data?.brokers.map((broker) => parseHostPort(broker)?.host)
  return hosts?.some((host) => host !== undefined && !isLoopback(host)) === true
}
