import { mkdir } from 'node:fs/promises'
import type { OwnDatabase } from './own-database.ts'
import { writeFiles } from './sections.ts'

/** What the three configuration files of a test say. */
export interface Pipeline {
  readonly brokers: string
  readonly topic: string
  readonly database: Pick<OwnDatabase, 'name' | 'location' | 'url'>
  /** The code of the list of metrics. */
  readonly metrics: string
  readonly hostName: string
  readonly interval: string
  /** More keys of kafka.config.ts, as code. */
  readonly kafka?: string
  /** More keys of producer.config.ts, as code. */
  readonly producer?: string
  /** More keys of consumer.config.ts, as code. */
  readonly consumer?: string
}

/** Writes the three files into a folder, and a `.env` with the database's address, as a team would. */
export async function writeConfiguration(folder: string, pipeline: Pipeline): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFiles(folder, [
    ['package.json', '{ "type": "module" }\n'],
    ['.env', `DATABASE_URL=${pipeline.database.url}\n`],
    ['kafka.config.ts', kafkaFile(pipeline)],
    ['producer.config.ts', producerFile(pipeline)],
    ['consumer.config.ts', consumerFile(pipeline)],
  ])
}

function kafkaFile({ brokers, topic, kafka = '' }: Pipeline): string {
  return `import { defineKafka, secret } from 'hostvitals'
export default defineKafka({
  brokers: ['${brokers}'],
  topic: '${topic}',
${kafka}})
`
}

function producerFile({ metrics, hostName, interval, producer = '' }: Pipeline): string {
  return `import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { counter, cpuPercent, defineProducer, diskUsage, gauge, histogram, host, timer } from 'hostvitals'
export default defineProducer({
  interval: '${interval}',
  stateFolder: 'state',
  host: { name: '${hostName}' },
${producer}  metrics: [
${metrics}
  ],
})
`
}

function consumerFile({ database: { name, location }, topic, consumer = '' }: Pipeline): string {
  const store = { PostgreSQL: 'postgres', MySQL: 'mysql', MariaDB: 'mysql', SQLite: 'sqlite' }[name]
  const address = location.kind === 'sqlite' ? `'${location.file}'` : `{ url: secret('DATABASE_URL') }`
  return `import { defineConsumer, ${store}, secret } from 'hostvitals'
export default defineConsumer({
  store: ${store}(${address}),
  group: '${topic}',
${consumer}})
`
}
