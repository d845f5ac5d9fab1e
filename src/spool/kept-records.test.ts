import { describe, expect, it } from 'vitest'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import type { SpooledRecord } from '../metric/record.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { keptRecords } from './kept-records.ts'
import { OldestWaiting } from './oldest-waiting.ts'
import { segmentName } from './segment.ts'
import { Spool } from './spool.ts'

const uid = '00112233-4455-6677-8899-aabbccddeeff'
const never = new AbortController().signal

function open(disk: MemoryDisk, run: bigint, keepAcknowledgedBytes?: number): Promise<Spool> {
  return Spool.open({
    folder: 'spool',
    agentUid: uid,
    run,
    maxBytes: 4000,
    keepFreeRatio: 0,
    segmentBytes: 200,
    emit: ignoreEvents,
    disk,
    ...(keepAcknowledgedBytes === undefined ? {} : { keepAcknowledgedBytes }),
  })
}

async function kept(disk: MemoryDisk) {
  const records: SpooledRecord[] = []
  let damages = 0
  for await (const each of keptRecords(disk, 'spool')) {
    records.push(...each.records)
    damages += each.damages
  }
  return { records, seqs: records.map(({ run, seq }) => `${run}/${seq}`), damages }
}

function timeOf(value: Uint8Array): number | undefined {
  return Number(/\d+/.exec(Buffer.from(value).toString())?.[0])
}

/** Fills several segments and acknowledges so many records of them. */
async function filled(disk: MemoryDisk, count: number, acknowledged: number): Promise<void> {
  await using spool = await open(disk, 1n)
  for (let at = 1; at <= count; at++) await spool.append([Buffer.from(`value ${at}`)])
  for (let left = acknowledged; left > 0;) {
    const batch = await spool.next(left, never)
    await spool.acknowledge(batch)
    left -= batch.records.length
  }
}

describe('the records that a spool keeps for a replay', () => {
  it('are those that were acknowledged, under their identities, and no others', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 20, 13)
    const { records, damages } = await kept(disk)
    expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: 13 }, (_, at) => at + 1))
    expect(records.map(({ value }) => Buffer.from(value).toString())).toEqual(
      Array.from({ length: 13 }, (_, at) => `value ${at + 1}`),
    )
    expect(records[0]).toMatchObject({ agentUid: uid, run: 1n })
    expect(damages).toBe(0)
  })

  it('are only looked at: the folder is as before, byte for byte', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 20, 13)
    const before = disk.contents
    await kept(disk)
    expect(disk.contents).toEqual(before)
  })

  it('are none where nothing was acknowledged', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 5, 0)
    expect((await kept(disk)).seqs).toEqual([])
  })

  it('outlive a restart, with the notes that it wrote', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 3, 3)
    {
      await using spool = await open(disk, 2n)
      await spool.append([Buffer.from('of the second run')])
      while (spool.depth.records > 0) await spool.acknowledge(await spool.next(9, never))
    }
    const { records, seqs } = await kept(disk)
    expect(seqs).toEqual(['1/1', '1/2', '1/3', '2/1', '2/2'])
    expect(records.map(({ note }) => note?.reason)).toEqual([undefined, undefined, undefined, 'run-ended', undefined])
  })

  it('are less when less is kept', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 20, 13)
    await using spool = await open(disk, 2n, 0)
    while (spool.depth.records > 0) await spool.acknowledge(await spool.next(9, never))
    expect((await kept(disk)).seqs).not.toContain('1/1')
  })

  it('cost no neighbour where one is damaged, and a lost header no other segment', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 20, 20)
    const [first] = (await kept(disk)).records
    disk.rot(`spool/${segmentName(1)}`, 44 + 16)
    const withoutOne = await kept(disk)
    expect(withoutOne.seqs).not.toContain(`1/${first?.seq}`)
    expect(withoutOne).toMatchObject({ damages: 1 })
    expect(withoutOne.records).toHaveLength(19)
    disk.rot(`spool/${segmentName(2)}`, 3)
    const withoutSegment = await kept(disk)
    expect(withoutSegment.damages).toBe(2)
    expect(withoutSegment.seqs).toContain('1/20')
  })
})

describe('the oldest record that waits', () => {
  it('is known by its time, and read again only when another is the oldest', async () => {
    const disk = new MemoryDisk()
    await using spool = await open(disk, 1n)
    let reads = 0
    const oldest = new OldestWaiting(spool, (value) => {
      reads++
      return timeOf(value)
    })
    expect(await oldest.reading()).toEqual({ records: 0, bytes: 0 })
    await spool.append([Buffer.from('at 100'), Buffer.from('at 200')])
    expect(await oldest.reading()).toMatchObject({ records: 2, oldestMs: 100 })
    const after = reads
    expect(await oldest.reading()).toMatchObject({ records: 2, oldestMs: 100 })
    expect(reads).toBe(after)
    await spool.acknowledge(await spool.next(1, never))
    expect(await oldest.reading()).toMatchObject({ records: 1, oldestMs: 200 })
    await spool.acknowledge(await spool.next(1, never))
    expect(await oldest.reading()).toEqual({ records: 0, bytes: 0 })
  })

  it('is the first that tells a time, since notes tell none', async () => {
    const disk = new MemoryDisk()
    await filled(disk, 1, 0)
    await using spool = await open(disk, 2n)
    const oldest = new OldestWaiting(spool, (value) => (value.length === 0 ? undefined : timeOf(value)))
    await spool.acknowledge(await spool.next(1, never))
    await spool.append([Buffer.from('at 300')])
    expect(await oldest.reading()).toMatchObject({ records: 2, oldestMs: 300 })
  })
})
