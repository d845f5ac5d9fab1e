export type { ConsumerInput, RetentionInput } from './config/consumer-config.ts'
export type { DashboardInput, DashboardTlsInput, ThresholdInput } from './config/dashboard-config.ts'
export { defineConsumer, defineKafka, defineProducer, type Definition } from './config/define.ts'
export type { KafkaInput, KafkaSaslInput, KafkaTlsInput } from './config/kafka-config.ts'
export type { LogLevel } from './config/log-level.ts'
export type { ProducerHostInput } from './config/host-config.ts'
export type { ProducerInput, ProducerSpoolInput } from './config/producer-config.ts'
export { secret, type Secret } from './config/secret.ts'
export type { ServerInput, StoreInput } from './config/store-config.ts'
export { mysql, postgres, sqlite } from './config/stores.ts'
export {
  createProducer,
  type ApplicationProducer,
  type ApplicationProducerInput,
  type ProducerEvent,
  type ProducerStopped,
} from './create-producer.ts'
export { cpuPercent } from './host/cpu/cpu-percent.ts'
export { diskUsage, type DiskUsage } from './host/disk-usage.ts'
export { host, type HostOptions } from './host/index.ts'
export { counter, type Counter } from './metric/counter.ts'
export { gauge, type Gauge } from './metric/gauge.ts'
export { histogram, type Histogram } from './metric/histogram.ts'
export type { MetricOptions } from './metric/metric-options.ts'
export type { HostRoots, Metric, Read, ReadContext } from './metric/metric.ts'
export type { Attributes, AttributeValue, Kind, Sample } from './metric/sample.ts'
export { timer, type Timer } from './metric/timer.ts'
export * from './runtime/errors.ts'
export type { EventName } from './runtime/events.ts'
