import { describe, expectTypeOf, it } from 'vitest'
import {
  counter,
  cpuPercent,
  defineConsumer,
  defineKafka,
  defineProducer,
  diskUsage,
  gauge,
  histogram,
  host,
  mysql,
  postgres,
  secret,
  sqlite,
  timer,
  type ConsumerInput,
  type KafkaInput,
  type Metric,
  type ProducerInput,
  type Secret,
  type StoreInput,
} from '../../src/index.ts'

describe('the configuration as a person writes it', () => {
  it('takes the example of the manual', () => {
    const kafka = defineKafka({
      brokers: ['kafka-1.example:9093'],
      tls: { ca: 'keys/ca.pem', cert: 'keys/client.pem', key: 'keys/client.key' },
      sasl: { mechanism: 'scram-sha-512', username: 'hostvitals', password: secret('KAFKA_PASSWORD') },
    })
    const producer = defineProducer({
      interval: '10s',
      host: { labels: { site: 'berlin', role: 'web' } },
      metrics: [
        host(),
        gauge('cpu.percent', cpuPercent),
        gauge('disk.usage.percent', () => diskUsage('/').percent),
        counter('mail.delivered', async () => 7, { unit: '{message}' }),
        timer('api.health', () => fetch('http://127.0.0.1:3000/healthz'), { interval: '30s', timeout: '3s' }),
        histogram('mail.size', () => [512], { unit: 'By' }),
      ],
    })
    const consumer = defineConsumer({
      store: postgres({ url: secret('DATABASE_URL') }),
      retention: { raw: '14d', tenMinutes: '90d', hours: '2y' },
      dashboard: { pins: ['mail.delivered'], thresholds: [{ metric: 'system.filesystem.utilization', warn: 0.8 }] },
    })
    expectTypeOf([kafka.kind, producer.kind, consumer.kind]).toEqualTypeOf<('kafka' | 'producer' | 'consumer')[]>()
  })

  it('takes undefined for what may be absent, as the environment gives it', () => {
    const topic: string | undefined = process.env['TOPIC']
    expectTypeOf<{ brokers: string[]; topic: typeof topic }>().toExtend<KafkaInput>()
    expectTypeOf<{ metrics: Metric[]; interval: string | undefined }>().toExtend<ProducerInput>()
    expectTypeOf<{ store: StoreInput; acceptForeign: boolean | undefined }>().toExtend<ConsumerInput>()
  })

  it('wants what cannot be left out', () => {
    expectTypeOf<{ topic: string }>().not.toExtend<KafkaInput>()
    expectTypeOf<{ interval: string }>().not.toExtend<ProducerInput>()
    expectTypeOf<{ group: string }>().not.toExtend<ConsumerInput>()
    expectTypeOf<{ brokers: string }>().not.toExtend<KafkaInput>()
    expectTypeOf<{ metrics: Metric[]; interval: number }>().not.toExtend<ProducerInput>()
    expectTypeOf<{ metrics: (() => number)[] }>().not.toExtend<ProducerInput>()
    expectTypeOf<{ store: string }>().not.toExtend<ConsumerInput>()
  })

  it('has one type for the three stores, and one for a secret', () => {
    expectTypeOf(postgres).returns.toEqualTypeOf<StoreInput>()
    expectTypeOf(mysql).returns.toEqualTypeOf<StoreInput>()
    expectTypeOf(sqlite).toEqualTypeOf<(file: string) => StoreInput>()
    expectTypeOf(secret).toEqualTypeOf<(name: string) => Secret>()
    expectTypeOf<Secret>().not.toExtend<string>()
  })

  it('keeps what was written, with its kind', () => {
    expectTypeOf(defineKafka).returns.toHaveProperty('kind').toEqualTypeOf<'kafka'>()
    expectTypeOf(defineProducer).returns.toHaveProperty('given').toEqualTypeOf<ProducerInput>()
    expectTypeOf(host).returns.toEqualTypeOf<readonly Metric[]>()
  })
})
