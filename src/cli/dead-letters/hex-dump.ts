const width = 16

/** Bytes as sixteen to a line: their place, their digits, and what of them is plain ASCII. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += width) {
    const row = [...bytes.subarray(at, at + width)]
    const digits = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`  ${at.toString(16).padStart(6, '0')}  ${digits.padEnd(width * 3 - 1)}  ${text}\n`)
  }
  return lines.join('')
}
