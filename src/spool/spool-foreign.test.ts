import { describe, expect, it } from 'vitest'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import type { SpooledRecord } from '../metric/record.ts'
import { ignoreEvents, type Emit } from '../runtime/events.ts'
import { segmentName } from './segment.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const never = new AbortController().signal
const oldUid = '00112233-4455-6677-8899-aabbccddeeff'
const newUid = 'ffeeddcc-bbaa-9988-7766-554433221100'

function open(disk: MemoryDisk, agentUid: string, run: bigint, more: Partial<SpoolOptions> = {}): Promise<Spool> {
  const emit: Emit = ignoreEvents
  const small = { folder: 'spool', maxBytes: 1600, keepFreeRatio: 0, segmentBytes: 200 }
  return Spool.open({ ...small, disk, agentUid, run, emit, ...more })
}

/** A folder in which one agent left records 1 to `count`, each in a segment of its own, and which another machine found. */
async function copiedDisk(count: number): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  await using spool = await open(disk, oldUid, 1n, { maxBytes: 1e6 })
  for (let at = 1; at <= count; at++) await spool.append([Buffer.alloc(160, `${at}`)])
  return disk
}

/** Every seq of the old run is delivered, or noted by a record of the old identity. */
function missing(all: readonly SpooledRecord[], count: number): readonly number[] {
  const ofOld = all.filter(({ agentUid }) => agentUid === oldUid)
  return Array.from({ length: count }, (_, at) => at + 1).filter((seq) =>
    ofOld.every(
      ({ run, seq: own, note }) =>
        !(run === 1n && own === seq && note === undefined) &&
        !(note?.run === 1n && note.reason !== 'run-ended' && note.fromSeq <= seq && seq <= note.toSeq),
    ),
  )
}

/** Identities are unique, and no note speaks of another agent's run. */
function expectHonest(all: readonly SpooledRecord[]): void {
  const identities = all.map(({ agentUid, run, seq }) => `${agentUid}/${run}/${seq}`)
  expect(new Set(identities).size).toBe(identities.length)
  expect(all.filter(({ agentUid, note }) => note?.run === 1n && agentUid !== oldUid)).toEqual([])
}

describe('records that another identity left in the spool', () => {
  it('go on under it, and the end of its run is told under it', async () => {
    const disk = await copiedDisk(3)
    await using spool = await open(disk, newUid, 2n, { maxBytes: 1e6 })
    await spool.append([Buffer.from('new')])
    const all = await drain(spool)
    expectHonest(all)
    expect(missing(all, 3)).toEqual([])
    const notes = all.filter(({ note }) => note !== undefined)
    expect(notes).toMatchObject([{ agentUid: oldUid, note: { run: 1n, fromSeq: 1, toSeq: 3, reason: 'run-ended' } }])
    expect(all.at(-1)).toMatchObject({ agentUid: newUid, run: 2n, seq: 1 })
  })

  it('are noted under it when the spool is full', async () => {
    const disk = await copiedDisk(8)
    await using spool = await open(disk, newUid, 2n)
    for (let at = 1; at <= 8; at++) await spool.append([Buffer.alloc(160, `new ${at}`)])
    const all = await drain(spool)
    expectHonest(all)
    expect(missing(all, 8)).toEqual([])
    const own = all.filter(({ agentUid, note }) => agentUid === newUid && note === undefined)
    expect(own.length).toBeGreaterThan(0)
  })

  it('are noted under it when they rot or the broker refuses them', async () => {
    const disk = await copiedDisk(3)
    disk.rot(`spool/${segmentName(2)}`, 44 + 30)
    await using spool = await open(disk, newUid, 2n, { maxBytes: 1e6 })
    const batch = await spool.next(1, never)
    const [refused] = batch.records
    if (refused === undefined) throw new Error('there is no record')
    await spool.setAside(refused)
    await spool.acknowledge(batch)
    const all = await drain(spool)
    expectHonest(all)
    expect(missing(all, 3)).toEqual([])
    const reasons = all.flatMap(({ note }) => (note === undefined ? [] : [note.reason]))
    expect(reasons.toSorted()).toEqual(['corrupt', 'refused', 'run-ended'])
  })

  // Setting aside for the second time looks at the folder twice and at the space; then the note's segment is opened,
  // headed, synced with its folder, and its record written and synced.
  const steps = [4, 5, 6, 7, 8].flatMap((step) => [
    { step, fault: 'sync-fails' as const },
    { step, fault: 'no-space' as const },
  ])
  it.each(steps)('are noted with the next append where step $step of a note meets $fault', async ({ step, fault }) => {
    const left = await copiedDisk(3)
    let failAt = Number.POSITIVE_INFINITY
    const disk = left.powerCut(
      () => 0,
      (at) => (at === failAt ? fault : undefined),
    )
    await using spool = await open(disk, newUid, 2n, { maxBytes: 1e6 })
    const batch = await spool.next(1, never)
    const [refused] = batch.records
    if (refused === undefined) throw new Error('there is no record')
    await spool.setAside(refused)
    failAt = disk.steps + step
    await expect(spool.setAside(refused)).rejects.toThrow(fault === 'no-space' ? 'ENOSPC' : 'EIO')
    await spool.append([Buffer.from('new')])
    const all = await drain(spool)
    expectHonest(all)
    expect(missing(all, 3)).toEqual([])
    const ghosts = all.filter(({ agentUid, run }) => agentUid === oldUid && run === 2n).map(({ seq }) => seq)
    const highest = Math.max(...ghosts)
    const told = all.flatMap(({ note }) => (note?.run === 2n ? [note] : []))
    const untold = Array.from({ length: highest }, (_, at) => at + 1).filter(
      (seq) => !ghosts.includes(seq) && !told.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq),
    )
    expect(untold).toEqual([])
  })

  it('stay honest over restarts with a full spool', async () => {
    const disk = await copiedDisk(8)
    const all: SpooledRecord[] = []
    for (let start = 2n; start < 6n; start++) {
      await using spool = await open(disk, newUid, start)
      for (let at = 1; at <= 3; at++) await spool.append([Buffer.alloc(160, `${start} ${at}`)])
      if (start === 5n) all.push(...(await drain(spool)))
    }
    expectHonest(all)
    expect(missing(all, 8)).toEqual([])
  })
})
