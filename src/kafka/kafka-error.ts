import { BrokerRefusedError, BrokerUnavailableError, describeError, HostvitalsError } from '../runtime/errors.ts'

interface Meaning {
  readonly pattern: RegExp
  readonly says: string
  readonly nextStep: string
  /** The broker was reached and says no. */
  readonly refused?: boolean
}

/** What the client's and TLS's words mean, in the order they are looked for; the first that fits is told. */
const meanings: readonly Meaning[] = [
  {
    pattern: /CERT_HAS_EXPIRED|certificate has expired/i,
    says: 'the broker’s certificate has expired',
    nextStep: 'renew it on the broker',
    refused: true,
  },
  {
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match/i,
    says: 'the broker’s certificate is for another host name',
    nextStep: 'name the broker as its certificate does, or renew the certificate with this name',
    refused: true,
  },
  {
    pattern:
      /SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|self-signed certificate|unable to (?:verify|get local issuer)/i,
    says: 'the broker’s certificate is signed by a CA that is not trusted',
    nextStep: 'set tls.ca in kafka.config.ts to the certificate of the CA that signed it',
    refused: true,
  },
  {
    pattern:
      /certificate.required|bad certificate|alert number (?:42|116)|ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED|unknown ca/i,
    says: 'the broker wants a client certificate and did not accept ours',
    nextStep: 'set tls.cert and tls.key in kafka.config.ts to a certificate that the broker’s CA signed',
    refused: true,
  },
  {
    pattern: /wrong version number|ERR_SSL_WRONG_VERSION|packet length too long/i,
    says: 'the port does not speak TLS',
    nextStep: 'take tls out of kafka.config.ts, or name the TLS listener’s port',
    refused: true,
  },
  {
    pattern: /SASL_AUTHENTICATION_FAILED|Authentication failed|invalid credentials|Invalid username or password/i,
    says: 'the user name or password is wrong',
    nextStep: 'correct sasl in kafka.config.ts or its secret',
    refused: true,
  },
  {
    pattern: /UNSUPPORTED_SASL_MECHANISM/i,
    says: 'the listener does not offer this SASL mechanism',
    nextStep: 'set sasl.mechanism in kafka.config.ts to one that it offers',
    refused: true,
  },
  {
    pattern: /ILLEGAL_SASL_STATE/i,
    says: 'the listener does not ask for a password',
    nextStep: 'take sasl out of kafka.config.ts, or name the SASL listener’s port',
    refused: true,
  },
  {
    pattern: /TOPIC_AUTHORIZATION_FAILED|GROUP_AUTHORIZATION_FAILED|CLUSTER_AUTHORIZATION_FAILED/i,
    says: 'this user lacks a right on the topic or group',
    nextStep: 'grant it: WRITE and DESCRIBE to agents, READ and DESCRIBE to consumers, READ on the group',
    refused: true,
  },
  {
    pattern: /UNKNOWN_TOPIC/i,
    says: 'the topic does not exist',
    nextStep: 'start a consumer, which creates it, or run kafka-topics.sh --create',
    refused: true,
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/i,
    says: 'the broker’s name cannot be resolved',
    nextStep: 'check brokers in kafka.config.ts and what the broker advertises (advertised.listeners)',
  },
  {
    pattern: /ECONNREFUSED/i,
    says: 'nobody listens at the broker’s address',
    nextStep: 'start the broker, or correct brokers in kafka.config.ts',
  },
]

/**
 * The client's errors as ours: BrokerRefusedError where the broker was reached and says no, else BrokerUnavailableError.
 * The sentence says which broker and what is wrong; the cause is kept.
 */
export function toKafkaError(error: unknown, brokers: readonly string[]): HostvitalsError {
  if (error instanceof HostvitalsError) return error
  const text = everyWord(error)
  const meaning = meanings.find(({ pattern }) => pattern.test(text))
  const where = brokers.join(', ')
  if (meaning === undefined) {
    return new BrokerUnavailableError(`${where}: ${describeError(error)}`, {
      cause: error,
      nextStep: 'check that the broker runs and can be reached from here',
    })
  }
  const message = `${where}: ${meaning.says}`
  const options = { cause: error, nextStep: meaning.nextStep }
  return meaning.refused === true
    ? new BrokerRefusedError(message, options)
    : new BrokerUnavailableError(message, options)
}

/** True where the broker refuses these records for themselves: too large, or not a record at all. */
export function isRefusedRecord(error: unknown): boolean {
  return /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD|CORRUPT_MESSAGE/.test(everyWord(error))
}

/** Messages, codes and protocol ids of an error, its causes and its parts: the client nests them all. */
function everyWord(error: unknown, depth = 0): string {
  if (depth > 6 || typeof error !== 'object' || error === null) return String(error)
  const words = ['message', 'code', 'apiId'].map((key) => {
    const value: unknown = Reflect.get(error, key)
    return typeof value === 'string' ? value : ''
  })
  const parts = error instanceof AggregateError ? error.errors.map((part) => everyWord(part, depth + 1)) : []
  const cause = 'cause' in error && error.cause !== undefined ? [everyWord(error.cause, depth + 1)] : []
  return [...words, ...parts, ...cause].join(' ')
}
