import type * as z from './zod.ts'
import { consumerSchema } from './consumer-config.ts'
import type { ConfigurationKind } from './define.ts'
import { kafkaSchema } from './kafka-config.ts'
import type { Place } from './place.ts'
import { producerSchema } from './producer-config.ts'

/** The check of a kind's file, for a file that stands there. */
export function schemaOf(kind: ConfigurationKind, place: Place): z.ZodType {
  return { kafka: kafkaSchema, producer: producerSchema, consumer: consumerSchema }[kind](place)
}
