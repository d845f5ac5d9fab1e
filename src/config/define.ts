import { callSite } from '../runtime/call-site.ts'
import type { ConsumerInput } from './consumer-config.ts'
import type { KafkaInput } from './kafka-config.ts'
import type { ProducerInput } from './producer-config.ts'

/** The three configurations; each has a file `KIND.config.ts`. */
export type ConfigurationKind = 'kafka' | 'producer' | 'consumer'

const mark = Symbol.for('hostvitals.configuration')

/** What a configuration file exports: what was written, not yet checked. */
export interface Definition<Kind extends ConfigurationKind = ConfigurationKind, Input = unknown> {
  readonly kind: Kind
  readonly given: Input
  /** `kafka.config.ts:3` */
  readonly definedAt: string | undefined
}

/** How to reach Kafka: the default export of `kafka.config.ts`. Checked when it is loaded, not here. */
export function defineKafka(given: KafkaInput): Definition<'kafka', KafkaInput> {
  return defined('kafka', given, callSite(defineKafka))
}

/** What an agent measures: the default export of `producer.config.ts`. Checked when it is loaded, not here. */
export function defineProducer(given: ProducerInput): Definition<'producer', ProducerInput> {
  return defined('producer', given, callSite(defineProducer))
}

/** Where metrics are kept: the default export of `consumer.config.ts`. Checked when it is loaded, not here. */
export function defineConsumer(given: ConsumerInput): Definition<'consumer', ConsumerInput> {
  return defined('consumer', given, callSite(defineConsumer))
}

/** True for what one of the three made, whichever copy of the library it was. */
export function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && mark in value
}

/** `defineKafka` of `kafka`, and so on. */
export function defineName(kind: ConfigurationKind): 'defineKafka' | 'defineProducer' | 'defineConsumer' {
  return ({ kafka: 'defineKafka', producer: 'defineProducer', consumer: 'defineConsumer' } as const)[kind]
}

function defined<Kind extends ConfigurationKind, Input>(
  kind: Kind,
  given: Input,
  definedAt: string | undefined,
): Definition<Kind, Input> {
  return Object.freeze({ [mark]: true, kind, given, definedAt })
}
