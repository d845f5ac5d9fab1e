import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Disk } from '../../src/runtime/disk.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { Spool } from '../../src/spool/spool.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { journalDisk } from './journal-disk.ts'
import { readJournals, type JournalRecord } from './journal.ts'

const agentUid = 'a0000000-0000-4000-8000-000000000001'

/** A spool over this disk with a journal; what the test does with it, and what the journal says afterwards. */
async function journalOf(disk: Disk, work: (spool: Spool) => Promise<void>): Promise<readonly JournalRecord[]> {
  await using folder = await temporaryFolder('journal')
  const journals = join(folder.path, 'journals')
  mkdirSync(journals)
  const fd = openSync(join(journals, 'a'), 'ax')
  const options = { folder: join(folder.path, 'spool'), agentUid, maxBytes: 4096, keepFreeRatio: 0, emit: ignoreEvents }
  {
    await using spool = await Spool.open({ ...options, run: 7n, disk: journalDisk(disk, fd) })
    await work(spool)
  }
  closeSync(fd)
  return readJournals(journals)
}

function plain({ seq, value, isAccepted, note }: JournalRecord) {
  return { seq, text: Buffer.from(value).toString(), isAccepted, ...(note === undefined ? {} : { note: note.reason }) }
}

it('says of each record what was accepted, with its bytes', async () => {
  const records = await journalOf(nodeDisk, async (spool) => {
    await spool.append([Buffer.from('one'), Buffer.from('two')])
    await spool.append([Buffer.from('three')])
  })
  expect(records.map(plain)).toEqual([
    { seq: 1, text: 'one', isAccepted: true },
    { seq: 2, text: 'two', isAccepted: true },
    { seq: 3, text: 'three', isAccepted: true },
  ])
  expect(records[0]).toMatchObject({ agentUid, run: 7n })
})

it('promises nothing that a sync has refused', async () => {
  const failing: Disk = {
    ...nodeDisk,
    open: async (path, mode) => {
      const file = await nodeDisk.open(path, mode)
      return {
        size: () => file.size(),
        read: (position, length) => file.read(position, length),
        write: (position, bytes) => file.write(position, bytes),
        truncate: (length) => file.truncate(length),
        sync: async () => {
          throw new Error('the disk is gone')
        },
        close: () => file.close(),
      }
    },
  }
  const records = await journalOf(failing, async (spool) => {
    await expect(spool.append([Buffer.from('one')])).rejects.toThrow('the disk is gone')
  })
  expect(records.map(({ isAccepted }) => isAccepted)).not.toContain(true)
  expect(records.map(plain)).toContainEqual({ seq: 1, text: 'one', isAccepted: false })
})

it('keeps the notes of a full spool, which tell what went', async () => {
  const records = await journalOf(nodeDisk, async (spool) => {
    for (let at = 0; at < 30; at++) await spool.append([Buffer.alloc(400, at)])
  })
  const notes = records.filter(({ note }) => note !== undefined)
  expect(notes.length).toBeGreaterThan(0)
  expect(notes.every(({ note, isAccepted }) => isAccepted && note?.reason === 'full' && note.run === 7n)).toBe(true)
})

it('does without the line that a kill tore', async () => {
  await using folder = await temporaryFolder('journal')
  const whole = { atMs: 1, agentUid, run: '7', seq: 1, crc: 0, value: '' }
  writeFileSync(
    join(folder.path, 'a'),
    `${JSON.stringify(whole)}\n${JSON.stringify({ ...whole, seq: 2 }).slice(0, -1)}`,
  )
  expect(readJournals(folder.path).map(plain)).toEqual([{ seq: 1, text: '', isAccepted: false }])
})
