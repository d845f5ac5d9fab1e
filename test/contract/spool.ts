import type { Note, SpooledRecord } from '../../src/metric/record.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { scan } from '../../src/spool/segment.ts'
import { Spool } from '../../src/spool/spool.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'

const uid = '00112233-4455-6677-8899-aabbccddeeff'

/** What a spool was given and gave back over all its restarts; delivery.md §7 asks this of the spool alone. */
export class SpoolJournal {
  readonly #accepted = new Map<string, string>()
  readonly #given = new Set<string>()
  readonly #delivered = new Map<string, string>()
  readonly #notes: Note[] = []
  readonly #changed: string[] = []

  /** A journal of its own with what this one has so far: one history that ends in several ways. */
  copy(): SpoolJournal {
    const copy = new SpoolJournal()
    for (const [identity, value] of this.#accepted) copy.#accepted.set(identity, value)
    for (const value of this.#given) copy.#given.add(value)
    for (const [identity, text] of this.#delivered) copy.#delivered.set(identity, text)
    copy.#notes.push(...this.#notes)
    copy.#changed.push(...this.#changed)
    return copy
  }

  /** Called before a value is appended, which may be kept even where the append fails. */
  give(value: string): void {
    this.#given.add(value)
  }

  accept(run: bigint, seq: number, value: string): void {
    this.#accepted.set(`${run}/${seq}`, value)
  }

  deliver({ run, seq, value, note }: SpooledRecord): void {
    const identity = `${run}/${seq}`
    const text =
      note === undefined ? Buffer.from(value).toString() : `note ${note.reason} ${note.fromSeq}-${note.toSeq}`
    if ((this.#delivered.get(identity) ?? text) !== text) this.#changed.push(identity)
    this.#delivered.set(identity, text)
    if (note !== undefined) this.#notes.push(note)
  }

  deliverAll(records: readonly SpooledRecord[]): void {
    records.forEach((record) => this.deliver(record))
  }

  /**
   * What the oracle finds wrong; nothing where all is well. Where a note itself may have rotted, what it told of is lost only
   * to the reasons: that a former run ended with that seq is told by another note, and the consumer keeps a gap for it.
   */
  faults(isRunEndEnough: boolean): readonly string[] {
    const lost = [...this.#accepted].filter(
      ([identity, value]) => this.#delivered.get(identity) !== value && !this.#isNoted(identity, isRunEndEnough),
    )
    const invented = [...this.#delivered].filter(([, text]) => !text.startsWith('note ') && !this.#given.has(text))
    return [
      ...lost.map(([identity, value]) => `${identity} (${value}) is neither delivered nor noted`),
      ...invented.map(([identity, text]) => `${identity} (${text}) was never given`),
      ...this.#changed.map((identity) => `${identity} is two different records`),
    ]
  }

  /** A segment that was moved aside whole is kept for a person, and told. */
  keptAside(bytes: Buffer): void {
    if (bytes.length < 44) return
    const run = bytes.readBigUInt64BE(24)
    for (const { record } of scan(bytes, 0, 0).records) this.deliver({ agentUid: uid, run, ...record })
  }

  get acceptedRecords(): number {
    return this.#accepted.size
  }

  #isNoted(identity: string, isRunEndEnough: boolean): boolean {
    const [run = '', seq = ''] = identity.split('/')
    return this.#notes.some(
      (note) =>
        (isRunEndEnough || note.reason !== 'run-ended') &&
        String(note.run) === run &&
        note.fromSeq <= Number(seq) &&
        Number(seq) <= note.toSeq,
    )
  }
}

/** A spool so small that a few records fill it. */
export function openSmallSpool(disk: MemoryDisk, run: bigint): Promise<Spool> {
  return Spool.open({
    folder: 'spool',
    agentUid: uid,
    run,
    maxBytes: 1600,
    keepFreeRatio: 0.05,
    keepAcknowledgedBytes: 300,
    segmentBytes: 200,
    disk,
    emit: ignoreEvents,
  })
}

/** One life that opens what is there and sends all of it, or crashes in it. */
export async function drainOnce(disk: MemoryDisk, run: bigint, journal: SpoolJournal): Promise<void> {
  await unlessFailed(async () => {
    await using spool = await openSmallSpool(disk, run)
    for (let batch = await spool.nextNow(3); batch !== undefined; batch = await spool.nextNow(3)) {
      journal.deliverAll(batch.records)
      await spool.acknowledge(batch)
    }
  })
}

/** Appends over several segments, reads a part, fills the spool, starts again, and does so once more; lives on after failures. */
export async function liveTwice(disk: MemoryDisk, journal: SpoolJournal): Promise<void> {
  for (const run of [1n, 2n]) await liveOnce(disk, run, journal)
}

async function liveOnce(disk: MemoryDisk, run: bigint, journal: SpoolJournal): Promise<void> {
  await unlessFailed(async () => {
    await using spool = await openSmallSpool(disk, run)
    for (let round = 0; round < 18; round++) {
      // For a round others leave less of the disk free than the spool may use.
      disk.freeBytes = round === 12 ? 1e10 : 1e12
      const values = [`${run}-${round}-x`, `${run}-${round}-y`].map((value) => value.padEnd(40, '.'))
      values.forEach((value) => journal.give(value))
      await unlessFailed(async () => {
        const seqs = await spool.append(values.map((value) => Buffer.from(value)))
        seqs.forEach((seq, at) => journal.accept(run, seq, values[at] ?? ''))
      })
      // Every third round a reader comes, and for a time none, so that the spool fills.
      if (round % 3 === 0 && round < 10) await unlessFailed(() => readOne(spool, journal))
      if (round === 14) await unlessFailed(() => setAsideOne(spool))
    }
  })
}

async function readOne(spool: Spool, journal: SpoolJournal): Promise<void> {
  const batch = await spool.nextNow(3)
  if (batch === undefined) return
  journal.deliverAll(batch.records)
  await spool.acknowledge(batch)
}

async function setAsideOne(spool: Spool): Promise<void> {
  const batch = await spool.nextNow(1)
  for (const record of batch?.records ?? []) await spool.setAside(record)
  if (batch !== undefined) await spool.acknowledge(batch)
}

/** What fails is what the test made fail; what becomes of the records is the oracle's question. */
async function unlessFailed(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error instanceof TypeError || error instanceof RangeError) throw error
  }
}
