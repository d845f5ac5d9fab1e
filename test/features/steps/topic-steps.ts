import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Then, When } from '@cucumber/cucumber'
import { Producer } from '@platformatic/kafka'
import { plainMessage } from '../../support/otlp-points.ts'
import { referenceDecode } from '../../support/otlp-reference.ts'
import { until } from '../../support/until.ts'
import type { HostvitalsWorld } from '../support/world.ts'

/** What other agents wrote to a real broker, as it was captured: test/fixtures/wire/SOURCE.md. */
const captures: Readonly<Record<string, string>> = {
  'Telegraf as JSON': 'telegraf_json',
  'Telegraf as lines': 'telegraf_influx',
  collectd: 'collectd',
  'the original producer': 'metricinator',
  'the OpenTelemetry Collector': 'otlp_metrics',
}

interface Message {
  readonly key: Buffer | undefined
  readonly value: Buffer
}

When('somebody writes {string} to the topic', async function writes(this: HostvitalsWorld, text: string) {
  await send(this, [{ key: undefined, value: Buffer.from(text) }])
})

When(/^somebody writes what (.+) wrote to the topic$/, async function writesAs(this: HostvitalsWorld, agent: string) {
  await send(this, messagesOf(agent))
})

Then('the only dead letter is {string}', async function onlyDeadLetter(this: HostvitalsWorld, text: string) {
  const letters = await deadLetters(this, 1)
  deepEqual(letters, [Buffer.from(text).toString('hex')])
})

Then(
  /^each message of (.+) is soon a dead letter, byte for byte$/,
  async function allDeadLetters(this: HostvitalsWorld, agent: string) {
    const messages = messagesOf(agent)
    const letters = await deadLetters(this, messages.length)
    deepEqual(
      letters,
      messages.map(({ value }) => value.toString('hex')),
    )
  },
)

Then(
  /^each number of (.+) is soon in the database, once$/,
  async function allNumbers(this: HostvitalsWorld, agent: string) {
    const points = messagesOf(agent).flatMap(({ value }) => plainMessage(referenceDecode(value)))
    const numbers = points.filter(({ value }) => typeof value === 'number')
    const sql = `SELECT metric, unit, kind, value FROM ${this.table('sample')} WHERE metric <> 'reading' AND metric NOT LIKE 'hostvitals.%'`
    await until(
      `${numbers.length} numbers`,
      async () => (await this.database.sql(sql)).length >= numbers.length || undefined,
    )
    const stored = (await this.database.sql(sql)).map((row) => [row['metric'], row['unit'], row['kind'], row['value']])
    deepEqual(sorted(stored), sorted(numbers.map(({ name, unit, kind, value }) => [name, unit, kind, value])))
  },
)

async function send({ brokers, topic }: HostvitalsWorld, messages: readonly Message[]): Promise<void> {
  const producer = new Producer({ clientId: 'somebody', bootstrapBrokers: [brokers], autocreateTopics: false })
  try {
    await producer.send({
      messages: messages.map(({ key, value }) => ({
        topic,
        partition: 0,
        value,
        ...(key === undefined ? {} : { key }),
      })),
    })
  } finally {
    await producer.close()
  }
}

function messagesOf(agent: string): readonly Message[] {
  const file = new URL(`../../fixtures/wire/${captures[agent] ?? agent}.jsonl`, import.meta.url)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    // The form of these files is told in SOURCE.md.
    const { key, value } = JSON.parse(line) as { readonly key: string | null; readonly value: string }
    return { key: key === null ? undefined : Buffer.from(key, 'base64'), value: Buffer.from(value, 'base64') }
  })
}

/** The bytes of all dead letters, in the order of the topic, once there are so many. */
async function deadLetters(world: HostvitalsWorld, count: number): Promise<readonly string[]> {
  const sql = `SELECT payload FROM ${world.table('dead_letter')} ORDER BY dead_letter_id`
  const ask = async (): Promise<readonly string[]> =>
    (await world.database.sql(sql)).map(({ payload }) => Buffer.from(payload as Uint8Array).toString('hex'))
  await until(`${count} dead letters`, async () => (await ask()).length >= count || undefined)
  return ask()
}

function sorted(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort((a, b) => (a < b ? -1 : 1))
}
