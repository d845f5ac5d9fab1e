/** A fault at the broker or on the way to it, and how a person is told. `TOPIC` stands for the topic's name. */
export interface KafkaFault {
  /** What it looks like in the words of the client, of TLS and of the protocol. */
  readonly pattern: RegExp
  readonly says: string
  readonly nextStep: string
  /** The broker was reached and says no; otherwise it is away. */
  readonly refused: boolean
  /** It passes by itself within moments, as a rule. */
  readonly passes?: true
}

/** In the order they are looked for: the first that fits is told. `docs/kafka-security.md` lists them; a test holds it to this. */
export const kafkaFaults: readonly KafkaFault[] = [
  {
    pattern: /CERT_HAS_EXPIRED/,
    says: 'the broker’s certificate has expired',
    nextStep: 'renew it on the broker',
    refused: true,
  },
  {
    pattern: /CERT_NOT_YET_VALID/,
    says: 'the broker’s certificate is not valid yet',
    nextStep: 'check the clocks of this machine and of the one that signed it',
    refused: true,
  },
  {
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID/,
    says: 'the broker’s certificate is for another host name',
    nextStep: 'name the broker as its certificate does, or renew the certificate with this name',
    refused: true,
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    says: 'the broker’s certificate is signed by a CA that is not trusted',
    nextStep: 'set tls.ca in kafka.config.ts to the certificate of the CA that signed it',
    refused: true,
  },
  {
    pattern: /alert number (?:41|42|43|44|45|46|48|116)\b/,
    says: 'the broker wants a client certificate that it trusts',
    nextStep: 'set tls.cert and tls.key in kafka.config.ts to a certificate that the broker’s CA signed',
    refused: true,
  },
  {
    pattern: /before secure TLS connection was established|ERR_SSL_WRONG_VERSION_NUMBER|packet length too long/,
    says: 'the port does not speak TLS',
    nextStep: 'name the port of the TLS listener, or take tls out of kafka.config.ts',
    refused: true,
  },
  {
    pattern: /Broker requires TLS|Cannot find a suitable SASL mechanism.* Connection closed/s,
    says: 'the port speaks TLS and nothing else',
    nextStep: 'set tls in kafka.config.ts, or name the port of a listener without it',
    refused: true,
  },
  {
    pattern: /SASL_AUTHENTICATION_FAILED/,
    says: 'the user name or password is wrong',
    nextStep: 'correct sasl in kafka.config.ts or its secret',
    refused: true,
  },
  {
    pattern: /UNSUPPORTED_SASL_MECHANISM/,
    says: 'the listener does not offer this SASL mechanism',
    nextStep: 'set sasl.mechanism in kafka.config.ts to one that it offers',
    refused: true,
  },
  {
    pattern: /ILLEGAL_SASL_STATE/,
    says: 'the listener does not ask for a password',
    nextStep: 'take sasl out of kafka.config.ts, or name the port of a SASL listener',
    refused: true,
  },
  {
    pattern: /(?:TOPIC|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED/,
    says: 'this user lacks a right on the topic TOPIC',
    nextStep: 'grant WRITE and DESCRIBE to agents, READ and DESCRIBE to consumers (docs/kafka-security.md)',
    refused: true,
  },
  {
    pattern: /GROUP_AUTHORIZATION_FAILED/,
    says: 'this user lacks the right to read as a member of its group',
    nextStep: 'grant READ on the group of consumer.config.ts (docs/kafka-security.md)',
    refused: true,
  },
  {
    pattern: /UNKNOWN_TOPIC|Unknown topic/,
    says: 'the topic TOPIC does not exist, or this user may not see it',
    nextStep: 'start a consumer, which creates it, or run kafka-topics.sh --create --topic TOPIC',
    refused: true,
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    says: 'the broker’s name cannot be resolved',
    nextStep: 'check brokers in kafka.config.ts and what the broker advertises (advertised.listeners)',
    refused: false,
  },
  {
    pattern: /ECONNREFUSED/,
    says: 'nobody listens at the broker’s address',
    nextStep: 'start the broker, or correct brokers in kafka.config.ts',
    refused: false,
  },
  {
    pattern: /timed out|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    says: 'the broker does not answer',
    nextStep: 'check that it runs, and the network and firewalls between here and there',
    refused: false,
  },
  {
    pattern:
      /NOT_COORDINATOR|COORDINATOR_|NOT_LEADER|LEADER_NOT_AVAILABLE|LEADER_EPOCH|not available in the current cluster|Cannot find broker with node id/,
    says: 'the brokers are choosing who leads',
    nextStep: 'nothing, unless it goes on: then a broker is missing',
    refused: false,
    passes: true,
  },
  {
    pattern: /Connection closed|Connection error|ECONNRESET|EPIPE/,
    says: 'the broker closed the connection',
    nextStep: 'check that it runs, and that its listener asks for no more than kafka.config.ts gives (tls, sasl)',
    refused: false,
  },
]
