// An HTTP server that counts and times its requests and publishes that to Kafka itself.
//   KAFKA_BROKERS=localhost:9092 node examples/application/server.ts
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { counter, createProducer, gauge, histogram, timer } from 'hostvitals'

const {
  KAFKA_BROKERS = 'localhost:9092',
  KAFKA_TOPIC = 'otlp_metrics',
  PORT = '8080',
  SHOP_STATE = '.shop',
} = process.env

const requests = counter('shop.requests', { unit: '{request}' })
const answering = timer('shop.answering')
const answerSize = histogram('shop.answer.size', { unit: 'By' })
const open = gauge('shop.requests.open', { unit: '{request}' })

const producer = createProducer({
  kafka: { brokers: KAFKA_BROKERS.split(','), topic: KAFKA_TOPIC },
  // A folder of this process's own: what was counted waits there while Kafka is away.
  stateFolder: SHOP_STATE,
  interval: '5s',
  host: { name: 'shop-1', labels: { service: 'shop' } },
  metrics: [requests, answering, answerSize, open],
  onEvent: ({ level, text }) => process.stdout.write(`${level} ${text}\n`),
})

let openRequests = 0
const server = createServer((request, response) => {
  const attributes = { method: request.method ?? '' }
  requests.add(1, attributes)
  open.set(++openRequests)
  response.once('close', () => open.set(--openRequests))
  answering
    .time(() => answer(response, request.url ?? '/'), attributes)
    .catch((error: Error) => response.destroy(error))
})

async function answer(response: ServerResponse, path: string): Promise<void> {
  const page = `you asked for ${path}\n`
  answerSize.record(Buffer.byteLength(page))
  response.end(page)
}

await producer.start()
server.listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`listening on ${JSON.stringify(server.address())}\n`)

await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
// Against the flow: first nothing new comes in, then what was counted goes out.
server.close()
server.closeAllConnections()
const { spooledRecords } = await producer.stop()
process.stdout.write(`stopped, ${spooledRecords} records wait for the next start\n`)
