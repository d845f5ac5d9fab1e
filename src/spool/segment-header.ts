import { crc32c } from '../runtime/crc32c.ts'
import { uuidBytes, uuidText } from '../runtime/uuid.ts'

/** Bytes before a segment's first record. */
export const segmentHeaderBytes = 44
const magic = Buffer.from([0x48, 0x56, 0x53, 0x50, 0x4f, 0x4f, 0x4c, 0x01])

/** Whose records a segment holds; they go on being sent under this identity, whoever the agent is by then. */
export interface SegmentHeader {
  readonly agentUid: string
  readonly run: bigint
  readonly firstSeq: number
}

/** The header's 44 bytes. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = Buffer.allocUnsafe(segmentHeaderBytes)
  bytes.set(magic, 0)
  bytes.set(uuidBytes(header.agentUid), 8)
  bytes.writeBigUInt64BE(header.run, 24)
  bytes.writeBigUInt64BE(BigInt(header.firstSeq), 32)
  bytes.writeUInt32BE(crc32c(bytes.subarray(0, 40)), 40)
  return bytes
}

/** Reads a header; undefined where it is torn, damaged, or of an unknown version. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, 8).equals(magic)) return undefined
  if (crc32c(bytes.subarray(0, 40)) !== bytes.readUInt32BE(40)) return undefined
  return {
    agentUid: uuidText(bytes.subarray(8, 24)),
    run: bytes.readBigUInt64BE(24),
    firstSeq: Number(bytes.readBigUInt64BE(32)),
  }
}
