import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpooledRecord } from '../metric/record.ts'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk, type Fault } from '../../test/support/memory-disk.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { nodeDisk } from '../runtime/node-disk.ts'
import { segmentName } from './segment.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const never = new AbortController().signal
const uid = '00112233-4455-6677-8899-aabbccddeeff'
const small = {
  folder: 'spool',
  agentUid: uid,
  maxBytes: 4000,
  keepFreeRatio: 0.05,
  segmentBytes: 200,
  emit: ignoreEvents,
}
const open = (disk: SpoolOptions['disk'], run: bigint, more: Partial<SpoolOptions> = {}): Promise<Spool> =>
  Spool.open({ ...small, disk, run, ...more })
const text = (value: Uint8Array): string => Buffer.from(value).toString()

const isNoted = (all: readonly SpooledRecord[], run: bigint, seq: number): boolean =>
  all.some(
    ({ note }) =>
      note !== undefined && note.reason !== 'run-ended' && note.run === run && note.fromSeq <= seq && seq <= note.toSeq,
  )

describe('a spool', () => {
  it('gives records back in order, again until they are acknowledged', async () => {
    await using spool = await open(new MemoryDisk(), 1n)
    expect(await spool.append([Buffer.from('a'), Buffer.from('b')])).toEqual([1, 2])
    const first = await spool.next(1, never)
    expect(await spool.next(1, never)).toEqual(first)
    expect(first.records).toEqual([{ agentUid: uid, run: 1n, seq: 1, value: Buffer.from('a') }])
    expect(spool.depth.records).toBe(2)
    await spool.acknowledge(first)
    expect(spool.depth.records).toBe(1)
    expect((await spool.next(9, never)).records.map(({ seq }) => seq)).toEqual([2])
  })

  it('gives of great records only a few mebibytes at once, and all of them in the end', async () => {
    const disk = new MemoryDisk()
    await using spool = await open(disk, 1n, { maxBytes: 1e9, segmentBytes: 8 * 1024 * 1024 })
    const [great] = [Buffer.alloc(1024 * 1024, 7)]
    await spool.append(Array.from({ length: 12 }, () => great))
    // What is damaged costs no neighbour, however long it is.
    for (let at = 0; at < 6; at++) disk.rot('spool/segment-000000000001.spool', 44 + 100 + at * (great.length + 16))
    const sizes: number[] = []
    for (let batch = await spool.nextNow(500); batch !== undefined; batch = await spool.nextNow(500)) {
      sizes.push(batch.records.filter(({ note }) => note === undefined).length)
      await spool.acknowledge(batch)
    }
    expect(sizes).toEqual([1, 4, 1, 0])
  })

  it('waits for the next record, or for the signal', async () => {
    await using spool = await open(new MemoryDisk(), 1n)
    const waiting = spool.next(1, never)
    await spool.append([Buffer.from('late')])
    expect(text((await waiting).records[0]?.value ?? Buffer.alloc(0))).toBe('late')
    await drain(spool)
    const stop = new AbortController()
    const stopped = spool.next(1, stop.signal)
    stop.abort(new Error('stop'))
    await expect(stopped).rejects.toThrow('stop')
  })

  it('keeps identities over a restart and tells where the former run ended', async () => {
    const disk = new MemoryDisk()
    const former = await open(disk, 1n)
    await former.append([Buffer.from('a')])
    await former[Symbol.asyncDispose]()
    await using spool = await open(disk, 2n)
    await spool.append([Buffer.from('b')])
    expect(await drain(spool)).toMatchObject([
      { run: 1n, seq: 1 },
      { run: 2n, seq: 1, note: { run: 1n, fromSeq: 1, toSeq: 1, reason: 'run-ended' } },
      { run: 2n, seq: 2 },
    ])
  })

  it('drops the oldest when it is full, notes it, and lives on', async () => {
    await using spool = await open(new MemoryDisk(), 1n, { maxBytes: 1600 })
    for (let at = 1; at <= 60; at++) await spool.append([Buffer.alloc(60, `${at}`)])
    const all = await drain(spool)
    const kept = new Set(all.filter(({ note }) => note === undefined).map(({ seq }) => seq))
    const seqs = Array.from({ length: Math.max(...kept) }, (_, index) => index + 1)
    expect(kept.size).toBeLessThan(60)
    expect(
      seqs.filter((seq) => !kept.has(seq) && !isNoted(all, 1n, seq) && all.every((each) => each.seq !== seq)),
    ).toEqual([])
  })

  it('sets a damaged record aside and delivers its neighbours', async () => {
    const disk = new MemoryDisk()
    await using spool = await open(disk, 1n, { segmentBytes: 4000, maxBytes: 40_000 })
    for (const value of ['a', 'b', 'c']) await spool.append([Buffer.from(value.repeat(50))])
    disk.rot(`spool/${segmentName(1)}`, 44 + 66 + 30)
    const all = await drain(spool)
    expect(all.filter(({ note }) => note === undefined).map(({ seq }) => seq)).toEqual([1, 3])
    expect(all.find(({ note }) => note?.reason === 'corrupt')?.note).toMatchObject({ run: 1n, toSeq: 2 })
    expect(await disk.list('spool/damaged')).toHaveLength(1)
  })

  it.each<[Fault, readonly string[]]>([
    ['sync-fails', ['a', 'b']],
    ['no-space', ['b']],
  ])('accepts the next record in a new segment when %s', async (fault, kept) => {
    let failing = false
    const disk = new MemoryDisk(() => {
      if (!failing) return undefined
      failing = false
      return fault
    })
    await using spool = await open(disk, 1n)
    await spool.append([Buffer.from('a')])
    // The next step is the look at the free space; the fault belongs to the write behind it.
    const { space } = disk
    disk.space = async () => {
      const free = await space()
      failing = true
      return free
    }
    expect(await spool.append([Buffer.from('b')])).toEqual([2])
    disk.space = space
    const all = await drain(spool)
    expect(all.filter(({ note }) => note === undefined).map(({ value }) => text(value))).toEqual(kept)
    expect(isNoted(all, 1n, 1)).toBe(!kept.includes('a'))
  })

  it('works on a real disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostvitals-spool-'))
    try {
      const options = { ...small, folder, disk: nodeDisk, maxBytes: 1e6, keepFreeRatio: 0 }
      const former = await Spool.open({ ...options, run: 1n })
      await Promise.all(['a', 'b', 'c'].map((value) => former.append([Buffer.from(value)])))
      await former[Symbol.asyncDispose]()
      await using spool = await Spool.open({ ...options, run: 2n })
      const values = (await drain(spool)).filter(({ note }) => note === undefined).map(({ value }) => text(value))
      expect(values).toEqual(['a', 'b', 'c'])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('what was accepted', () => {
  /** Appends, reads and acknowledges until the disk fails; returns what append had resolved for. */
  async function live(disk: MemoryDisk, run: bigint, accepted: Map<string, string>): Promise<void> {
    try {
      const spool = await open(disk, run)
      for (let round = 0; round < 6; round++) {
        const values = [`${run}-${round}-x`, `${run}-${round}-y`]
        const seqs = await spool.append(values.map((value) => Buffer.from(value)))
        seqs.forEach((seq, at) => accepted.set(`${run}/${seq}`, values[at] ?? ''))
        if (round % 2 === 0) {
          const batch = await spool.next(1, never)
          for (const record of batch.records) delivered.set(`${record.run}/${record.seq}`, text(record.value))
          await spool.acknowledge(batch)
        }
      }
      await spool[Symbol.asyncDispose]()
    } catch (error) {
      if (crashes === 0) throw error
    }
  }
  const delivered = new Map<string, string>()
  let crashes = 0

  it('is delivered unaltered after a crash at any step and a torn tail', async () => {
    const whole = new MemoryDisk()
    await live(whole, 1n, new Map())
    for (let at = 1; at <= whole.steps; at++) {
      crashes = at
      delivered.clear()
      const accepted = new Map<string, string>()
      const disk = new MemoryDisk((step): Fault | undefined => (step >= at ? 'crash' : undefined))
      await live(disk, 1n, accepted)
      for (const tear of [() => 0, (bytes: number) => bytes, (bytes: number) => Math.floor(bytes / 2)]) {
        await using spool = await open(disk.powerCut(tear), 2n)
        const found = new Map(delivered)
        for (const { run, seq, value, note } of await drain(spool))
          if (note === undefined) found.set(`${run}/${seq}`, text(value))
        for (const [identity, value] of accepted) expect(found.get(identity), `${identity}, crash at ${at}`).toBe(value)
      }
    }
    expect(whole.steps).toBeGreaterThan(30)
  })

  it('is delivered or noted whatever fails at random', async () => {
    const faults = fc.dictionary(fc.nat(120).map(String), fc.constantFrom<Fault>('sync-fails', 'no-space'), {
      maxKeys: 12,
    })
    await fc.assert(
      fc.asyncProperty(faults, async (byStep) => {
        let isFailing = true
        const disk = new MemoryDisk((step) => (isFailing && step > 6 ? byStep[step] : undefined))
        const accepted = new Map<number, string>()
        const spool = await open(disk, 1n)
        for (let round = 0; round < 12; round++) {
          const value = `value ${round}`
          const [seq] = await spool.append([Buffer.from(value)]).catch(() => [])
          if (seq !== undefined) accepted.set(seq, value)
        }
        // On a disk that was full to the last byte the notes follow with the first append that succeeds (README, 6 and 7).
        isFailing = false
        await spool.append([Buffer.from('last')])
        await using after = await open(
          disk.powerCut(() => 0),
          2n,
        )
        const all = await drain(after)
        for (const [seq, value] of accepted) {
          const record = all.find((each) => each.run === 1n && each.seq === seq && each.note === undefined)
          expect(record === undefined ? isNoted(all, 1n, seq) : text(record.value) === value, `seq ${seq}`).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})
