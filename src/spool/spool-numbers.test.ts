import { describe, expect, it } from 'vitest'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk, type Fault } from '../../test/support/memory-disk.ts'
import type { SpooledRecord } from '../metric/record.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const uid = '00112233-4455-6677-8899-aabbccddeeff'
const small = { folder: 'spool', agentUid: uid, maxBytes: 1600, keepFreeRatio: 0, segmentBytes: 200 }
const open = (disk: MemoryDisk, run: bigint, more: Partial<SpoolOptions> = {}): Promise<Spool> =>
  Spool.open({ ...small, disk, run, emit: ignoreEvents, ...more })

const identities = (all: readonly SpooledRecord[]): readonly string[] =>
  all.flatMap(({ run, seq, note }) => (note === undefined ? [`${run}/${seq}`] : []))

/** Ten segments and more of run 1, all acknowledged. */
async function allAcknowledged(disk: MemoryDisk): Promise<void> {
  await using spool = await open(disk, 1n, { maxBytes: 1e6 })
  for (let at = 1; at <= 10; at++) await spool.append([Buffer.alloc(160, `${at}`)])
  await drain(spool)
}

async function removeSegments(disk: MemoryDisk, keep: (name: string) => boolean): Promise<void> {
  for (const name of await disk.list('spool'))
    if (name.startsWith('segment-') && !keep(name)) await disk.remove(`spool/${name}`)
}

describe('numbers of new segments', () => {
  it.each([
    ['all segments were removed by hand', (): boolean => false],
    [
      'the segments come from an older copy than the acknowledged place',
      (name: string): boolean => name < 'segment-000000000004',
    ],
  ])('stay behind the acknowledged place where %s', async (_what, keep) => {
    const disk = new MemoryDisk()
    await allAcknowledged(disk)
    await removeSegments(disk, keep)
    await using spool = await open(disk, 2n, { keepAcknowledgedBytes: 0 })
    expect(spool.depth.records).toBeGreaterThanOrEqual(0)
    for (let at = 1; at <= 3; at++) await spool.append([Buffer.alloc(160, `new ${at}`)])
    const notes = keep('segment-000000000001') ? 1 : 0
    expect(spool.depth.records).toBe(3 + notes)
    expect(identities(await drain(spool))).toEqual([1, 2, 3].map((at) => `2/${at + notes}`))
    expect(spool.depth).toEqual({ records: 0, bytes: 0 })
  })

  it('stay behind the acknowledged place where the power fails while the last segment makes room', async () => {
    const left = new MemoryDisk()
    await allAcknowledged(left)
    await removeSegments(left, (name) => name === 'segment-000000000010.spool')
    const tries = left.powerCut((bytes) => bytes)
    tries.freeBytes = 0
    await (await open(tries, 2n, { keepFreeRatio: 0.05 }))[Symbol.asyncDispose]()
    expect(await tries.list('spool')).not.toContain('segment-000000000010.spool')
    for (let crashAt = 1; crashAt <= tries.steps; crashAt++) {
      const disk = left.powerCut(
        (bytes) => bytes,
        (step): Fault | undefined => (step >= crashAt ? 'crash' : undefined),
      )
      disk.freeBytes = 0
      await expect(
        open(disk, 2n, { keepFreeRatio: 0.05 }).then((spool) => spool.append([Buffer.from('x')])),
      ).rejects.toThrow('crashed')
      await using spool = await open(
        disk.powerCut(() => 0),
        3n,
      )
      await spool.append([Buffer.from('kept')])
      const own = identities(await drain(spool)).filter((identity) => identity.startsWith('3/'))
      expect(own, `crash at ${crashAt}`).toHaveLength(1)
      expect(spool.depth.records, `crash at ${crashAt}`).toBe(0)
    }
  })

  it('leave no depth below nothing where the acknowledged segment is an older copy, and shorter', async () => {
    const disk = new MemoryDisk()
    const former = await open(disk, 1n, { segmentBytes: 4000, maxBytes: 1e6 })
    await former.append([Buffer.from('a')])
    const copy = disk.powerCut(() => 0)
    await former.append([Buffer.from('b')])
    await drain(former)
    await former[Symbol.asyncDispose]()
    const place = await disk.open('spool/acknowledged', 'read')
    const older = await copy.open('spool/acknowledged', 'write')
    await older.write(0, await place.read(0, await place.size()))
    await using spool = await open(copy, 2n)
    expect(spool.depth.records).toBe(1)
    expect((await drain(spool)).map(({ note }) => note?.reason)).toEqual(['run-ended'])
    expect(spool.depth).toEqual({ records: 0, bytes: 0 })
  })
})
