import { crc32c } from '../runtime/crc32c.ts'
import type { Disk, DiskFile } from '../runtime/disk.ts'
import { describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { isOutOfSpace, isUnreadable } from './disk-fault.ts'

const slotBytes = 36
const name = 'acknowledged'

/** How far the stream has been acknowledged: everything before this place. */
export interface Acknowledged {
  readonly segment: number
  readonly bytes: number
  /** How many records of that segment lie before it. */
  readonly records: number
}

/**
 * The hint in two slots, written in turn: a torn one leaves the other. Losing both only sends again, so a disk that is
 * full or broken is told once and worked without.
 */
export class AcknowledgedSlots implements AsyncDisposable {
  readonly #disk: Disk
  readonly #folder: string
  readonly #emit: Emit
  #file: DiskFile | undefined
  #counter = 0n
  #found: Acknowledged | undefined
  #isFailing = false

  private constructor(disk: Disk, folder: string, emit: Emit) {
    this.#disk = disk
    this.#folder = folder
    this.#emit = emit
  }

  /** Opens or makes the file in the spool's folder; throws where this user may not. */
  static async open(disk: Disk, folder: string, emit: Emit): Promise<AcknowledgedSlots> {
    const slots = new AcknowledgedSlots(disk, folder, emit)
    try {
      await slots.#read()
    } catch (error) {
      if (!isOutOfSpace(error) && !isUnreadable(error)) throw error
      slots.#tell(error)
    }
    return slots
  }

  /** What an earlier process acknowledged. */
  get found(): Acknowledged | undefined {
    return this.#found
  }

  /** Not synced, and never throws: it is a hint. */
  async write(acknowledged: Acknowledged): Promise<void> {
    try {
      this.#file ??= await this.#openFile()
      await this.#writeSlot(this.#file, this.#counter + 1n, acknowledged)
      // Counted only now, so that a slot that was not written is tried again, and never the good one.
      this.#counter += 1n
      this.#isFailing = false
    } catch (error) {
      this.#tell(error)
    }
  }

  async #read(): Promise<void> {
    this.#file = await this.#openFile()
    const newest = newestSlot(await this.#file.read(0, 2 * slotBytes))
    this.#counter = newest?.counter ?? 0n
    this.#found = newest
  }

  async #openFile(): Promise<DiskFile> {
    const exists = (await this.#disk.list(this.#folder)).includes(name)
    return this.#disk.open(`${this.#folder}/${name}`, exists ? 'write' : 'create')
  }

  #tell(error: unknown): void {
    if (this.#isFailing) return
    this.#isFailing = true
    this.#emit('spool.failed', {
      reason: `the acknowledged place cannot be kept, so a restart may send again: ${describeError(error)}`,
    })
  }

  async #writeSlot(file: DiskFile, counter: bigint, acknowledged: Acknowledged): Promise<void> {
    const slot = Buffer.allocUnsafe(slotBytes)
    slot.writeBigUInt64BE(BigInt(acknowledged.segment), 0)
    slot.writeBigUInt64BE(BigInt(acknowledged.bytes), 8)
    slot.writeBigUInt64BE(BigInt(acknowledged.records), 16)
    slot.writeBigUInt64BE(counter, 24)
    slot.writeUInt32BE(crc32c(slot.subarray(0, 32)), 32)
    await file.write(Number(counter % 2n) * slotBytes, slot)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close()
  }
}

/** The acknowledged place, only looked at; undefined where there is none. Throws where the disk does not give it. */
export async function readAcknowledged(disk: Disk, folder: string): Promise<Acknowledged | undefined> {
  if (!(await disk.list(folder)).includes(name)) return undefined
  const file = await disk.open(`${folder}/${name}`, 'read')
  try {
    return newestSlot(await file.read(0, 2 * slotBytes))
  } finally {
    await file.close()
  }
}

function newestSlot(given: Uint8Array): (Acknowledged & { readonly counter: bigint }) | undefined {
  const bytes = Buffer.from(given)
  const slots = [0, slotBytes].flatMap((at) => decodeSlot(bytes.subarray(at, at + slotBytes)))
  return slots.sort((a, b) => (a.counter < b.counter ? 1 : -1))[0]
}

function decodeSlot(slot: Buffer): readonly (Acknowledged & { readonly counter: bigint })[] {
  if (slot.length < slotBytes || crc32c(slot.subarray(0, 32)) !== slot.readUInt32BE(32)) return []
  const [segment = 0, bytes = 0, records = 0] = [0, 8, 16].map((at) => Number(slot.readBigUInt64BE(at)))
  return [{ segment, bytes, records, counter: slot.readBigUInt64BE(24) }]
}
