const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A value in its unit as a person reads it: bytes in KiB and MiB, ratios in per cent, braces dropped: `7 messages`. A whole number of unit `1` is a flag or a state, no ratio. */
export function formatValue(value: number, unit: string, isInteger = false): string {
  if (unit === 'By' || unit === 'By/s') return `${formatBytes(value)}${unit === 'By/s' ? '/s' : ''}`
  if (unit === '1') return isInteger ? round(value) : `${round(value * 100)} %`
  if (unit === 's' && value !== 0 && Math.abs(value) < 1) return `${round(value * 1000)} ms`
  const bare = unit.replaceAll(/[{}]/g, '')
  return bare === '' ? round(value) : `${round(value)} ${bare}`
}

function formatBytes(bytes: number): string {
  const power = bytes === 0 ? 0 : Math.min(binary.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(bytes)) / 10)))
  return `${round(bytes / 1024 ** power)} ${binary[power] ?? 'B'}`
}

/** Three digits that matter, whole numbers whole. */
function round(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 1000
    ? Math.round(value).toString()
    : Number(value.toPrecision(3)).toString()
}
