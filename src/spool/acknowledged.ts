import { crc32c } from '../runtime/crc32c.ts'
import type { Disk, DiskFile } from '../runtime/disk.ts'

const slotBytes = 36
const name = 'acknowledged'

/** How far the stream has been acknowledged: everything before this place. */
export interface Acknowledged {
  readonly segment: number
  readonly bytes: number
  /** How many records of that segment lie before it. */
  readonly records: number
}

/** The hint in two slots, written in turn: a torn one leaves the other. Losing both only sends again. */
export class AcknowledgedSlots implements AsyncDisposable {
  readonly #file: DiskFile
  #counter: bigint
  readonly found: Acknowledged | undefined

  private constructor(file: DiskFile, counter: bigint, found: Acknowledged | undefined) {
    this.#file = file
    this.#counter = counter
    this.found = found
  }

  /** Opens or makes the file in the spool's folder. */
  static async open(disk: Disk, folder: string): Promise<AcknowledgedSlots> {
    const path = `${folder}/${name}`
    const exists = (await disk.list(folder)).includes(name)
    const file = await disk.open(path, exists ? 'write' : 'create')
    const bytes = Buffer.from(await file.read(0, 2 * slotBytes))
    const slots = [0, slotBytes].flatMap((at) => decodeSlot(bytes.subarray(at, at + slotBytes)))
    const newest = slots.sort((a, b) => (a.counter < b.counter ? 1 : -1))[0]
    return new AcknowledgedSlots(file, newest?.counter ?? 0n, newest)
  }

  /** Not synced: it is a hint. */
  async write(acknowledged: Acknowledged): Promise<void> {
    this.#counter += 1n
    const slot = Buffer.allocUnsafe(slotBytes)
    slot.writeBigUInt64BE(BigInt(acknowledged.segment), 0)
    slot.writeBigUInt64BE(BigInt(acknowledged.bytes), 8)
    slot.writeBigUInt64BE(BigInt(acknowledged.records), 16)
    slot.writeBigUInt64BE(this.#counter, 24)
    slot.writeUInt32BE(crc32c(slot.subarray(0, 32)), 32)
    await this.#file.write(Number(this.#counter % 2n) * slotBytes, slot)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

function decodeSlot(slot: Buffer): readonly (Acknowledged & { readonly counter: bigint })[] {
  if (slot.length < slotBytes || crc32c(slot.subarray(0, 32)) !== slot.readUInt32BE(32)) return []
  const [segment = 0, bytes = 0, records = 0] = [0, 8, 16].map((at) => Number(slot.readBigUInt64BE(at)))
  return [{ segment, bytes, records, counter: slot.readBigUInt64BE(24) }]
}
