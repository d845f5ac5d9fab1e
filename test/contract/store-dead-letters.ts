import { expect, it } from 'vitest'
import { batchAt, consumerNowMs, foreignRecord, gaugeOf, TestAgent, testTopic } from '../support/arrived-records.ts'
import { readDeadLetter } from '../../src/store/dead-letter/read-dead-letter.ts'
import { IngestWorld, inWorld } from '../support/ingest-world.ts'
import type { HeaderList } from '../../src/runtime/network.ts'
import type { StoreHarness } from './store.ts'

const hourMs = 3_600_000

/** What cannot be stored is kept byte for byte, once, and never holds up its neighbours. */
export function describeDeadLetters(harness: StoreHarness): void {
  const agent = new TestAgent()
  const { signal } = new AbortController()

  it('sets a record aside that nobody can decode, with its bytes, once', async () =>
    inWorld(harness, async (world) => {
      const poison = agent.poison(2)
      expect(await world.takeAt(0n, agent.record(1), poison, agent.record(3))).toMatchObject({
        records: 2,
        deadLetters: 1,
        gaps: 0,
      })
      expect(await world.takeAt(3n, poison)).toMatchObject({ records: 0, deadLetters: 0, duplicates: 1 })
      const { codec, database } = world.store
      const letter = await database.selectFrom('dead_letter').selectAll().executeTakeFirstOrThrow()
      expect([...codec.bytesValue(letter.payload)]).toEqual([...poison.value])
      expect(letter.agent_uid !== null && codec.uidText(letter.agent_uid)).toBe(agent.agentUid)
      expect(Object.keys((letter.headers === null ? {} : codec.jsonValue(letter.headers)) as object).sort()).toEqual([
        'content-type',
        'hostvitals',
      ])
      expect(await world.gaps()).toEqual([])
      expect(await world.values()).toEqual([1, 3])
      expect(world.told('ingest.dead-letter')).toHaveLength(1)
    }))

  it('opens no gap over a dead letter that came before its run was known', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, agent.poison(1), agent.poison(2))
      await world.takeAt(2n, agent.record(4))
      expect(await world.gaps()).toEqual(['3-3 open'])
    }))

  it('opens no gap over a dead letter where the same batch tells that its run has ended', async () =>
    inWorld(harness, async (world) => {
      const next = new TestAgent({ run: 8n })
      await world.takeAt(0n, agent.poison(1), next.note(1, { run: 7n, fromSeq: 1, toSeq: 1, reason: 'run-ended' }))
      expect(await world.gaps()).toEqual([])
      expect(await world.deadLetters()).toEqual(['undecodable'])
    }))

  it('sets a second record of one identity and time aside when its values differ, and keeps the first', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 1000
      const other = agent.record(1, timeMs, [gaugeOf('load', 99)])
      await world.takeRecords(agent.record(1, timeMs))
      expect(await world.takeRecords(other, agent.record(2))).toMatchObject({
        records: 1,
        deadLetters: 1,
        duplicates: 0,
      })
      expect(await world.takeRecords(other)).toMatchObject({ deadLetters: 0, duplicates: 1 })
      expect(await world.deadLetters()).toEqual(['conflict'])
      expect(await world.values()).toEqual([1, 2])
    }))

  it('finds a conflict inside one batch', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 1000
      await world.takeRecords(agent.record(1, timeMs), agent.record(1, timeMs, [gaugeOf('load', 99)]))
      expect(await world.deadLetters()).toEqual(['conflict'])
      expect(await world.values()).toEqual([1])
    }))

  it('keeps both of two writers of one run whose times differ', async () =>
    inWorld(harness, async (world) => {
      const fork = agent.record(1, consumerNowMs - 500, [gaugeOf('load', 99)])
      await world.takeRecords(agent.record(1), fork)
      expect(await world.values()).toEqual([1, 99])
    }))

  it('sets a record aside that is more than an hour ahead, and keeps one that is less', async () =>
    inWorld(harness, async (world) => {
      const ahead = agent.record(2, consumerNowMs + hourMs + 1)
      await world.takeRecords(agent.record(1, consumerNowMs + hourMs - 1), ahead, agent.record(3))
      expect(await world.deadLetters()).toEqual(['ahead'])
      expect(await world.values()).toEqual([1, 3])
      expect(await world.gaps()).toEqual([])
    }))

  it('does not store a dead letter that is read again when it is not ahead any more', async () => {
    let nowMs = consumerNowMs
    const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined }
    await inWorld(
      harness,
      async (world) => {
        const ahead = agent.record(1, consumerNowMs + 2 * hourMs)
        await world.takeRecords(ahead)
        nowMs += 3 * hourMs
        expect(await world.takeRecords(ahead)).toMatchObject({ records: 0, duplicates: 1 })
        expect(await world.values()).toEqual([])
        // Replayed by hand it is stored after all.
        const [id = 0n] = await world.deadLetterIds()
        expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 1, deadLetters: 0 })
        expect(await world.ingest.replay(id, signal)).toBeUndefined()
        expect(await world.takeRecords(ahead)).toMatchObject({ records: 0, duplicates: 1 })
        expect([await world.deadLetters(), await world.gaps()]).toEqual([[], []])
      },
      { clock },
    )
  })

  it('keeps foreign records out where they are not wanted', async () =>
    inWorld(
      harness,
      async (world) => {
        const batch = [foreignRecord('far-1', 5), agent.record(1)]
        expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 1, deadLetters: 1 })
        await world.store.database.deleteFrom('kafka_position').execute()
        expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 0, deadLetters: 0, duplicates: 2 })
        expect(await world.deadLetters()).toEqual(['foreign'])
      },
      { acceptForeign: false },
    ))

  it('knows a foreign dead letter by where it stood', async () =>
    inWorld(harness, async (world) => {
      const broken = { ...foreignRecord('far-1', 5), value: Uint8Array.of(0xff, 0, 0xff) }
      await world.takeAt(0n, broken, broken)
      expect(await world.deadLetters()).toEqual(['undecodable', 'undecodable'])
    }))

  it('keeps what stands at the same place of a topic made anew, and where no id of the topic is told', async () =>
    inWorld(harness, async ({ store }) => {
      const at = { cluster: 'cluster-1', topic: 'otlp_metrics', partition: 3 }
      const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', undefined]
      for (const [index, topicId] of ids.entries()) {
        const world = new IngestWorld(store)
        await store.database.deleteFrom('kafka_position').execute()
        const broken = { ...foreignRecord('far-1', 5), value: Uint8Array.of(0xff, 0, index) }
        const batch = batchAt(0n, [broken], topicId === undefined ? at : { ...at, topicId })
        expect(await world.take(batch)).toMatchObject({ deadLetters: 1, duplicates: 0 })
        await store.database.deleteFrom('kafka_position').execute()
        expect(await world.take(batch)).toMatchObject({ deadLetters: 0, duplicates: 1 })
      }
      const rows = await store.database.selectFrom('dead_letter').select('payload').execute()
      const last = rows.map(({ payload }) => store.codec.bytesValue(payload)[2] ?? -1).toSorted((a, b) => a - b)
      expect(last).toEqual([0, 1, 2])
    }))

  it('keeps two that claim one identity, each once, and the true record that comes behind them', async () =>
    inWorld(harness, async (world) => {
      const other = agent.poison(1, Uint8Array.of(0xfe, 0xff))
      const batch = [agent.poison(1), other, agent.record(1), agent.record(2)]
      expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 2, deadLetters: 2, duplicates: 0 })
      await world.store.database.deleteFrom('kafka_position').execute()
      expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 0, deadLetters: 0, duplicates: 4 })
      const { codec, database } = world.store
      const rows = await database.selectFrom('dead_letter').select('payload').orderBy('dead_letter_id').execute()
      const kept = rows.map(({ payload }) => Buffer.from(codec.bytesValue(payload)).toString('hex'))
      expect(kept).toEqual(['ffffff0001', 'feff'])
      expect([await world.values(), await world.gaps()]).toEqual([[1, 2], []])
      for (const id of await world.deadLetterIds()) {
        expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 0, deadLetters: 1 })
      }
      expect(await world.deadLetters()).toHaveLength(2)
    }))

  it('lets no copy whose bytes were garbled on the way take the place of the true record', async () =>
    inWorld(harness, async (world) => {
      const garbled = { ...agent.record(1), value: agent.record(9).value }
      expect(await world.takeAt(0n, garbled, garbled)).toMatchObject({ records: 0, deadLetters: 2 })
      expect(await world.takeAt(2n, agent.record(1))).toMatchObject({ records: 1, duplicates: 0 })
      expect(await world.values()).toEqual([1])
    }))

  it('stores a foreign dead letter once, replayed by hand and then read again from its topic', async () =>
    inWorld(harness, async ({ store }) => {
      const unwilling = new IngestWorld(store, { acceptForeign: false })
      const topic = { ...testTopic, topicId: '11111111-1111-4111-8111-111111111111' }
      const batch = batchAt(0n, [foreignRecord('far-1', 5)], topic)
      expect(await unwilling.take(batch)).toMatchObject({ records: 0, deadLetters: 1 })
      const world = new IngestWorld(store)
      const [id = 0n] = await world.deadLetterIds()
      expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 1, deadLetters: 0 })
      await store.database.deleteFrom('kafka_position').execute()
      expect(await world.take(batch)).toMatchObject({ records: 0, duplicates: 1 })
      expect(await world.values()).toEqual([5])
    }))

  it('keeps a dead letter whose replay fails again', async () =>
    inWorld(harness, async (world) => {
      const broken = { ...foreignRecord('far-1', 5), value: Uint8Array.of(0xff, 0, 0xff) }
      await world.takeAt(0n, broken, agent.poison(1))
      for (const id of await world.deadLetterIds()) {
        expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 0, deadLetters: 1 })
      }
      expect(await world.deadLetters()).toEqual(['undecodable', 'undecodable'])
      expect(await world.takeAt(2n, agent.poison(1))).toMatchObject({ deadLetters: 0, duplicates: 1 })
    }))

  it('keeps one whose words or headers hold what no text may hold', async () =>
    inWorld(harness, async (world) => {
      const { headers, ...rest } = agent.poison(1)
      const odd = { ...rest, headers: new Map([...headers, ['n\0ul \uD800', Uint8Array.of(0, 255)]]) }
      expect(await world.takeRecords(odd)).toMatchObject({ deadLetters: 1 })
    }))

  it('keeps all headers as they stood: one twice, one without a value, one whose name is no text', async () =>
    inWorld(harness, async (world) => {
      const list = [
        ['a', Uint8Array.of(1)],
        ['a', Uint8Array.of(2)],
        ['b', undefined],
        ['\xff', Uint8Array.of(0)],
      ] as const
      const headerList = list.map(([name, value]) => [Buffer.from(name, 'latin1'), value] as const)
      const headers = new Map([['a', Uint8Array.of(2)]])
      await world.takeAt(0n, { ...foreignRecord('far-1', 5), value: Uint8Array.of(0xff), headers, headerList })
      const [id = 0n] = await world.deadLetterIds()
      const read = await readDeadLetter(world.store, id)
      expect(plain(read?.headerList ?? [])).toEqual(plain(headerList))
      expect([...(read?.headers.get('a') ?? [])]).toEqual([2])
    }))

  it('keeps a batch of the log that could not be unpacked, whole, and replay leaves it as it is', async () =>
    inWorld(harness, async (world) => {
      const unread = 'a batch of the log, offsets 1 to 3'
      const batch = { key: undefined, headers: new Map(), value: bytesOf(1000), timestampMs: consumerNowMs, unread }
      expect(await world.takeAt(0n, agent.record(1), batch, agent.record(2))).toMatchObject({
        records: 2,
        deadLetters: 1,
      })
      const [id = 0n] = await world.deadLetterIds()
      expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 0, deadLetters: 1 })
      expect(await world.deadLetters()).toEqual(['batch'])
    }))

  it('keeps many great ones that come at once', async () =>
    inWorld(harness, async (world) => {
      const letters = Array.from({ length: 20 }, (_, index) => {
        return agent.poison(index + 1, new Uint8Array(1_000_000).fill(0xff))
      })
      expect(await world.takeRecords(...letters)).toMatchObject({ deadLetters: 20 })
      const { codec, database } = world.store
      const rows = await database.selectFrom('dead_letter').select('payload').execute()
      expect(rows.map(({ payload }) => codec.bytesValue(payload).byteLength)).toEqual(letters.map(() => 1_000_000))
    }))

  it.each([
    ['value', 12_000_000, 0],
    ['key', 0, 12_000_000],
  ])('keeps one whose %s is longer than a statement may be, byte for byte', async (_what, valueBytes, keyBytes) =>
    inWorld(harness, async (world) => {
      const great = { ...agent.poison(1, bytesOf(valueBytes)), key: bytesOf(keyBytes) }
      const batch = [agent.record(2), great, agent.record(3)]
      expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 2, deadLetters: 1, gaps: 0 })
      const { codec, database } = world.store
      const row = await database.selectFrom('dead_letter').select(['payload', 'key']).executeTakeFirstOrThrow()
      expect(Buffer.from(great.value).equals(codec.bytesValue(row.payload))).toBe(true)
      expect(row.key !== null && Buffer.from(great.key).equals(codec.bytesValue(row.key))).toBe(true)
      // Read again it is the same one.
      expect(await world.takeRecords(great)).toMatchObject({ deadLetters: 0, duplicates: 1 })
      const [id = 0n] = await world.deadLetterIds()
      expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 0, deadLetters: 1 })
    }),
  )
}

function plain(list: HeaderList): unknown {
  return list.map(([name, value]) => [Buffer.from(name).toString('hex'), value && Buffer.from(value).toString('hex')])
}

/** Bytes that are no record, and no text either. */
function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index === 0 ? 0xff : (index * 31) % 251))
}
