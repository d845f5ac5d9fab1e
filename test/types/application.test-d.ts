import { describe, expectTypeOf, it } from 'vitest'
import {
  counter,
  createProducer,
  gauge,
  histogram,
  secret,
  timer,
  type ApplicationProducer,
  type ApplicationProducerInput,
  type KafkaInput,
  type ProducerInput,
  type ProducerStopped,
} from '../../src/index.ts'

describe('a producer inside an application', () => {
  it('takes what the two configuration files take, and a folder of its own', () => {
    const producer = createProducer({
      kafka: {
        brokers: ['kafka-1.example:9093'],
        tls: {},
        sasl: { mechanism: 'scram-sha-512', username: 'shop', password: secret('KAFKA_PASSWORD') },
      },
      stateFolder: 'state',
      interval: '5s',
      host: { name: 'shop-1', labels: { service: 'shop' } },
      metrics: [counter('shop.requests'), timer('shop.query'), gauge('shop.queue'), histogram('shop.size')],
      onEvent: ({ level, text }) => void `${level} ${text}`,
    })
    expectTypeOf(producer).toEqualTypeOf<ApplicationProducer>()
    expectTypeOf<ApplicationProducerInput>().toExtend<ProducerInput>()
    expectTypeOf<ApplicationProducerInput['kafka']>().toEqualTypeOf<KafkaInput>()
    expectTypeOf<{ kafka: KafkaInput; metrics: [] }>().not.toExtend<ApplicationProducerInput>()
    expectTypeOf<{ stateFolder: string; metrics: [] }>().not.toExtend<ApplicationProducerInput>()
  })

  it('starts, stops, and is stopped by `await using`', () => {
    expectTypeOf<ApplicationProducer['start']>().returns.toEqualTypeOf<Promise<void>>()
    expectTypeOf<ApplicationProducer['stop']>().returns.toEqualTypeOf<Promise<ProducerStopped>>()
    expectTypeOf<ApplicationProducer>().toExtend<AsyncDisposable>()
  })

  it('has instruments that take numbers, and a timer that gives back what it timed', () => {
    const requests = counter('shop.requests')
    expectTypeOf(requests.add).parameters.toEqualTypeOf<
      [amount: number, attributes?: Parameters<typeof requests.add>[1]]
    >()
    expectTypeOf(gauge('shop.queue').set).parameter(0).toEqualTypeOf<number>()
    expectTypeOf(histogram('shop.size').record).parameter(0).toEqualTypeOf<number>()
    expectTypeOf(timer('shop.query').time(async () => ['row'])).toEqualTypeOf<Promise<string[]>>()
    expectTypeOf(timer('shop.query').time(() => 7)).toEqualTypeOf<Promise<number>>()
  })
})
