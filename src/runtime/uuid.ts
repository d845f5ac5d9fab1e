import { FormatError } from './errors.ts'

/** 16 bytes as lower-case UUID text: `01234567-89ab-cdef-0123-456789abcdef`. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** UUID text as 16 bytes; throws FormatError where it is none. */
export function uuidBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new FormatError(`'${text}' is no UUID`, { nextStep: 'write it as 01234567-89ab-cdef-0123-456789abcdef' })
  }
  return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'))
}
