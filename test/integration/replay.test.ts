import { join } from 'node:path'
import { Admin } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import { replay } from '../../src/replay.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { connectionTo, startConsumer, startProducer, type RunningConsumer } from '../support/kafka-roles.ts'
import { startProgram } from '../support/program.ts'
import { writeFiles } from '../support/sections.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const seams = { clock: systemClock, disk: nodeDisk, random: systemRandom, emit: ignoreEvents }
const forever = new AbortController().signal

async function storedSeqs({ consumer }: RunningConsumer): Promise<readonly number[]> {
  const rows = await consumer.store.database.selectFrom('scrape').select('seq').orderBy('seq').execute()
  return rows.map(({ seq }) => Number(seq))
}

/** Removes the topic's records before this offset, as a broker that lost them. */
async function cutOff(topic: string, offset: number): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [inject('kafkaBrokers')], retries: false })
  try {
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: BigInt(offset) }] }] })
  } finally {
    await admin.close()
  }
}

async function writeAgentConfiguration(folder: string, topic: string): Promise<void> {
  await writeFiles(folder, [
    ['package.json', '{ "type": "module" }\n'],
    [
      'kafka.config.ts',
      `import { defineKafka } from 'hostvitals'\nexport default defineKafka({ brokers: ['${inject('kafkaBrokers')}'], topic: '${topic}' })\n`,
    ],
    [
      'producer.config.ts',
      `import { defineProducer, gauge } from 'hostvitals'\nexport default defineProducer({ stateFolder: 'state', metrics: [gauge('answer', () => 42)] })\n`,
    ],
  ])
}

describe.skipIf(inject('kafkaBrokers') === '')('replay', () => {
  it('fills what a broker lost from the records that the spool keeps, and nothing is there twice', async () => {
    await using folder = await temporaryFolder('replay')
    const kafka = connectionTo(inject('kafkaBrokers'))
    await using first = await startConsumer(kafka, { folder: folder.path })
    await using agents = new AsyncDisposableStack()
    const producer = agents.use(await startProducer(kafka, { folder: folder.path, intervalMs: 50 }))
    await first.hasStored(3)
    await first.stop()
    const read = first.stored()
    const accepted = await producer.events.until(
      () => (producer.accepted() > read + 10 && producer.spooled() === 0 ? producer.accepted() : undefined),
      'records that were sent and not read',
    )
    await cutOff(kafka.topic, accepted - 2)
    await using second = await startConsumer(kafka, { folder: folder.path })
    await second.events.heard('kafka.truncated')
    await second.hasStored(2)
    expect(await second.consumer.store.database.selectFrom('ingest_gap').select(['state', 'reason']).execute()).toEqual(
      [{ state: 'lost', reason: 'kafka' }],
    )
    // An agent that is at work is not disturbed.
    const options = { stateFolder: join(folder.path, 'state'), kafka }
    await expect(replay(options, seams, forever)).rejects.toMatchObject({
      code: 'HOSTVITALS_STATE_FOLDER',
      message: expect.stringContaining('an agent is at work') as unknown,
    })
    await agents.disposeAsync()

    const seen = await replay({ ...options, dryRun: true }, seams, forever)
    expect(seen).toMatchObject({ records: producer.accepted(), runs: 1, damages: 0, refused: 0 })
    expect(await replay(options, seams, forever)).toEqual(seen)
    await second.events.until(
      () =>
        second.events.all('ingest.stored').reduce((sum, { data }) => sum + data.records + data.duplicates, 0) >=
        producer.accepted() + 2
          ? true
          : undefined,
      'all that was replayed',
    )
    const all = Array.from({ length: producer.accepted() }, (_, at) => at + 1)
    expect(await storedSeqs(second)).toEqual(all)
    const { database } = second.consumer.store
    expect(await database.selectFrom('ingest_gap').select('state').execute()).toEqual([])
    expect(second.events.all('ingest.stored').reduce((sum, { data }) => sum + data.duplicates, 0)).toBeGreaterThan(0)
  })

  it('says in one line what it would do, and what it did', async () => {
    await using folder = await temporaryFolder('replay-line')
    const kafka = connectionTo(inject('kafkaBrokers'))
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    {
      await using producer = await startProducer(kafka, { folder: folder.path, intervalMs: 50 })
      await consumer.hasStored(2)
      await producer.stop()
    }
    await writeAgentConfiguration(folder.path, kafka.topic)
    const said = async (...args: readonly string[]): Promise<string> => {
      await using command = startProgram(['replay', ...args], { cwd: folder.path })
      const { code, stdout, stderr } = await command.ending()
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return stdout
    }
    const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`
    expect(await said('--dry-run')).toMatch(
      new RegExp(
        `^\\d+ records of 1 run, from ${time} to ${time}, would be sent to ${kafka.topic} again; nothing was sent\\n$`,
      ),
    )
    expect(await said('--dry-run', '--from', 'now')).toBe(
      'the spool keeps no acknowledged record since now: nothing to send\n',
    )
    expect(await said()).toContain(`were sent to ${kafka.topic} again; what is stored already is found equal\n`)
  })
})
