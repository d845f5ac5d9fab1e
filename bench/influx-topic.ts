import { Producer } from '@platformatic/kafka'
import type { KafkaConnection } from '../src/kafka/client-options.ts'
import type { NumberSample } from '../src/metric/sample.ts'
import { numbersOfRecord, samplesOf } from './hundred-numbers.ts'
import type { Shape } from './fill-topic.ts'
import { makeTopic } from './partitioned-topic.ts'

const intervalMs = 10_000
const messagesPerSend = 1000
const fieldsPerLine = 10

/**
 * Writes the numbers of `fillTopic` as influx lines: of a scrape ten fields a message in ten measurements, or one sample a message,
 * its attributes as tags. Not packed, as Telegraf sends by default, which costs a reader the least. Returns how many messages, each
 * of which becomes a row, and how many samples.
 */
export async function fillInfluxTopic(
  connection: KafkaConnection,
  { hosts, samples, shape }: { readonly hosts: number; readonly samples: number; readonly shape: Shape },
): Promise<{ readonly messages: number; readonly samples: number }> {
  await makeTopic(connection, 1)
  const { brokers, clientId, topic } = connection
  const producer = new Producer({ clientId, bootstrapBrokers: [...brokers], acks: -1, compression: 'none' })
  try {
    const rounds = Math.ceil(samples / numbersOfRecord / hosts)
    const firstMs = Date.now() - rounds * intervalMs
    const perRound = shape === 'single' ? numbersOfRecord : numbersOfRecord / fieldsPerLine
    let batch: { readonly topic: string; readonly key: Buffer; readonly value: Buffer }[] = []
    for (let index = 0; index < rounds * hosts; index++) {
      const [host, round] = [index % hosts, Math.floor(index / hosts)]
      const time = `${Math.floor(firstMs + round * intervalMs)}000000`
      const numbers = samplesOf(host + round)
      const tags = `host=web-${host},rack=r${host % 4},site=berlin`
      for (let line = 0; line < perRound; line++) {
        const text = shape === 'single' ? oneSample(numbers[line], tags) : tenFields(numbers, line, tags)
        batch.push({ topic, key: Buffer.from(`web-${host}`), value: Buffer.from(`${text} ${time}\n`) })
      }
      if (batch.length < messagesPerSend && index < rounds * hosts - 1) continue
      await producer.send({ messages: batch })
      batch = []
    }
    return { messages: rounds * hosts * perRound, samples: rounds * hosts * numbersOfRecord }
  } finally {
    await producer.close()
  }
}

function tenFields(numbers: readonly NumberSample[], line: number, tags: string): string {
  const fields = numbers
    .slice(line * fieldsPerLine, (line + 1) * fieldsPerLine)
    .map((sample, field) => `f${field}=${valueOf(sample)}`)
  return `m${line},${tags} ${fields.join(',')}`
}

function oneSample(sample: NumberSample | undefined, tags: string): string {
  if (sample === undefined) throw new Error('a record has fewer numbers than were asked for')
  const { name, attributes } = sample.series
  const own = Object.entries(attributes).map(
    ([key, value]) => `,${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${name},${tags}${own.join('')} value=${valueOf(sample)}`
}

function valueOf({ series, value }: NumberSample): string {
  return series.integer === true ? `${value}i` : String(value)
}
