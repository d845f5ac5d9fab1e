import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { readDeadLetter } from '../../src/store/dead-letter/read-dead-letter.ts'
import { openMysqlStore } from '../../src/store/mysql/mysql-store.ts'
import { foreignRecord, TestAgent, testTopic } from '../support/arrived-records.ts'
import { crashDays } from '../support/crash-history.ts'
import { IngestWorld } from '../support/ingest-world.ts'
import { freshMysqlDatabase } from '../support/mysql-database.ts'

/** Dead letters that are longer than anything that a server takes at once. */
export function describeMysqlLongLetters(name: 'MySQL' | 'MariaDB', url: string): void {
  async function setAside(length: (maxPacketBytes: number) => number, headerBytes = 0): Promise<string> {
    await using database = await freshMysqlDatabase(url)
    await using store = await openMysqlStore({ url: database.url, durable: false })
    await migrate(store, crashDays, ignoreEvents)
    const { rows } = await sql<{ bytes: number }>`SELECT @@max_allowed_packet AS bytes`.execute(store.database)
    const value = Buffer.alloc(length(rows[0]?.bytes ?? 0), 'no protobuf, and every byte counts: ä\0\xff ', 'latin1')
    const world = new IngestWorld(store)
    const headers = new Map([['x', Buffer.alloc(headerBytes, 'header')]])
    const [foreign, agent] = [foreignRecord('other', 1), new TestAgent()]
    const record = { ...foreign, headers, value, origin: { ...testTopic, offset: 0n } }
    const position = { ...testTopic, fromOffset: 0n, nextOffset: 2n }
    const next = { ...agent.record(1), origin: { ...testTopic, offset: 1n } }
    expect(await world.take({ position, records: [record, next] })).toMatchObject({ records: 1, deadLetters: 1 })
    expect([await world.values(), await world.positions()]).toEqual([[1], [2n]])
    const [id] = await world.deadLetterIds()
    const kept = await readDeadLetter(store, id ?? 0n)
    const isWhole = value.equals(kept?.value ?? new Uint8Array(0))
    return `${isWhole ? 'whole' : `${kept?.value.byteLength} bytes`}, header ${kept?.headers.get('x')?.byteLength}`
  }

  it('are kept whole where they are as long as a packet, nearly', async () => {
    expect(await setAside((packet) => packet - 100)).toBe('whole, header 0')
  })

  it('are kept whole where their headers are long', async () => {
    expect(await setAside(() => 100, 4 * 1024 * 1024)).toBe('whole, header 4194304')
  })

  if (name === 'MariaDB') {
    it('longer than any packet end the consumer, which names the setting: MariaDB can be given no such row', async () => {
      await expect(setAside((packet) => packet + 1_500_000)).rejects.toMatchObject({
        code: 'HOSTVITALS_STORE_CONFIGURATION',
        nextStep: expect.stringContaining('max_allowed_packet'),
      })
    })
  } else {
    it('are kept whole where they are longer than any packet', async () => {
      expect(await setAside((packet) => packet + 1_500_000)).toBe('whole, header 0')
    })
  }
}
