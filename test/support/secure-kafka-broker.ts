import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CertificateAuthority, type CertificateFiles } from './certificates.ts'
import { startKafkaBroker, type KafkaBroker } from './kafka-broker.ts'

const listeners = {
  TLS: 'SSL',
  MUTUAL: 'SSL',
  EXPIRED: 'SSL',
  OTHERNAME: 'SSL',
  SASL: 'SASL_PLAINTEXT',
  SASLTLS: 'SASL_SSL',
  PLAINONLY: 'SASL_PLAINTEXT',
} as const

/** A listener of the secure broker, by what is particular about it. */
export type SecureListener = keyof typeof listeners

/** A broker with a listener for each way to be secure, or not to be, and what its clients need. */
export interface SecureKafkaBroker extends AsyncDisposable {
  readonly broker: KafkaBroker
  readonly address: (listener: SecureListener) => string
  /** The CA that signed the broker's certificates and the client's, and one that signed neither. */
  readonly ca: string
  readonly otherCa: string
  readonly client: CertificateFiles
  /** A client's certificate of the other CA. */
  readonly strangerClient: CertificateFiles
}

/** User names and passwords: `alice` may do everything, `bob` only what ACLs grant. */
export const kafkaUsers = { alice: 'alice-secret', bob: 'bob-secret' } as const

/** Starts one broker with all these listeners and fresh certificates. Throws where there is no Java or `openssl`. */
export async function startSecureKafkaBroker(): Promise<SecureKafkaBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'hostvitals-certificates-'))
  const [ours, other] = await Promise.all([
    CertificateAuthority.create(folder, 'ca'),
    CertificateAuthority.create(folder, 'other-ca'),
  ])
  const [client, strangerClient, good, expired, otherName] = await Promise.all([
    ours.sign({ name: 'client' }),
    other.sign({ name: 'stranger' }),
    ours.keystore({ name: 'broker', host: 'localhost' }),
    ours.keystore({ name: 'expired', host: 'localhost', days: -1 }),
    ours.keystore({ name: 'elsewhere', host: 'kafka.example' }),
  ])
  const broker = await startKafkaBroker({
    listeners,
    scramUsers: kafkaUsers,
    properties: [
      'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users=User:ANONYMOUS;User:alice;User:CN=client',
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${good}`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${ours.cert}`,
      'listener.name.mutual.ssl.client.auth=required',
      ...keystoreOf('expired', expired),
      ...keystoreOf('othername', otherName),
      ...saslOf('sasl', ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
      ...saslOf('sasltls', ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
      ...saslOf('plainonly', ['PLAIN']),
    ],
  })
  return {
    broker,
    address: (listener) => broker.addresses.get(listener) ?? '',
    ca: ours.cert,
    otherCa: other.cert,
    client,
    strangerClient,
    [Symbol.asyncDispose]: async () => {
      await broker.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function keystoreOf(listener: string, path: string): readonly string[] {
  return [`listener.name.${listener}.ssl.keystore.type=PEM`, `listener.name.${listener}.ssl.keystore.location=${path}`]
}

function saslOf(listener: string, mechanisms: readonly string[]): readonly string[] {
  const users = Object.entries(kafkaUsers).map(([name, password]) => `user_${name}="${password}"`)
  return [
    `listener.name.${listener}.sasl.enabled.mechanisms=${mechanisms.join(',')}`,
    ...mechanisms.map((mechanism) => {
      const [module, options] =
        mechanism === 'PLAIN' ? ['plain.PlainLoginModule', ` ${users.join(' ')}`] : ['scram.ScramLoginModule', '']
      return `listener.name.${listener}.${mechanism.toLowerCase()}.sasl.jaas.config=org.apache.kafka.common.security.${module} required${options};`
    }),
  ]
}
