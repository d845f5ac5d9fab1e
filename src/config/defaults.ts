import type { Metric } from '../metric/metric.ts'
import type { ConsumerConfig } from './consumer-config.ts'
import type { Place } from './place.ts'
import { producerSchema, type ProducerConfig } from './producer-config.ts'
import { consumerSchema } from './consumer-config.ts'

/** Files that nobody wrote have no secrets and no paths. */
const nowhere: Place = { folder: '/', env: {} }

/** What `up` measures without a producer.config.ts: the given metrics every two seconds, all else by default. */
export function defaultProducer(metrics: readonly Metric[]): ProducerConfig {
  return producerSchema(nowhere).parse({ interval: '2s', metrics })
}

/** What `up` keeps without a consumer.config.ts: everything in one SQLite file (absolute), all else by default. */
export async function defaultConsumer(file: string): Promise<ConsumerConfig> {
  return consumerSchema(nowhere).parseAsync({ store: { kind: 'sqlite', file } })
}
