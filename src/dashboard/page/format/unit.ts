const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const decimal = ['', 'k', 'M', 'G', 'T', 'P'] as const
const times = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
] as const

/** How a chart's numbers are written: divided, with so many digits, and with these words behind. */
export interface UnitScale {
  readonly divisor: number
  readonly suffix: string
}

/** What a UCUM unit is called, without a size: `bytes per second` for a counter's rate, `messages` for `{message}`. */
export function unitWords(unit: string): string {
  const [base = '', per] = unit.split('/')
  // Busy seconds of a second, as its axis says it.
  if (unit === 's/s') return '% of the time'
  const words = baseWords(base)
  return per === 's' ? [words, 'per second'].filter(Boolean).join(' ') : words
}

function baseWords(base: string): string {
  if (base === '1') return '%'
  if (base === 'By') return 'bytes'
  if (base === 's') return 'seconds'
  if (base === 'Cel') return '°C'
  return base.startsWith('{') ? several(base.replaceAll(/[{}]/g, '').replaceAll('_', ' ')) : base
}

/** What is counted, in the plural: `messages`, `processes`, `entries`. */
function several(word: string): string {
  if (word === 'cpu') return 'CPUs'
  if (word === '' || word.endsWith('series')) return word
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  return /(?:s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`
}

/** The scale in which numbers up to `peak` read best. */
export function unitScale(unit: string, peak: number): UnitScale {
  const [base = '', per] = unit.split('/')
  const rate = per === undefined ? '' : `/${per.replaceAll(/[{}]/g, '')}`
  const size = Math.abs(peak)
  if (base === '1') return { divisor: 0.01, suffix: ` %${rate}` }
  if (base === 'By') {
    const power = clamp(Math.floor(Math.log2(Math.max(size, 1)) / 10), binary.length - 1)
    return { divisor: 1024 ** power, suffix: ` ${binary[power] ?? 'B'}${rate}` }
  }
  if (base === 's' && rate === '') return timeScale(size)
  // Busy seconds of a second: how much of the time.
  if (base === 's' && per === 's') return { divisor: 0.01, suffix: ' %' }
  if (base === 'ms' && rate === '') return scaledBy(timeScale(size / 1000), 1000)
  const power = size < 10_000 ? 0 : clamp(Math.floor(Math.log10(size) / 3), decimal.length - 1)
  // What is counted, `{message}`, stands once beside the title, not behind each number.
  const words = base === 'Cel' ? '°C' : base.startsWith('{') ? '' : base
  const behind = `${decimal[power] ?? ''}${words}${rate}`
  return { divisor: 1000 ** power, suffix: behind === '' || behind.startsWith('/') ? behind : ` ${behind}` }
}

function timeScale(seconds: number): UnitScale {
  const [suffix, divisor] = times.find(([, size]) => seconds >= size) ?? (seconds === 0 ? ['s', 1] : ['ns', 1e-9])
  return { divisor, suffix: ` ${suffix}` }
}

function scaledBy(scale: UnitScale, factor: number): UnitScale {
  return { ...scale, divisor: scale.divisor * factor }
}

/** A number in a scale: three digits that matter, no needless zeros. */
export function formatIn(value: number, { divisor, suffix }: UnitScale): string {
  return `${formatNumber(value / divisor)}${suffix}`
}

/** A number in the scale that reads best for itself; `—` where there is none. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '—'
  return formatIn(value, unitScale(unit, value))
}

/** Three digits that matter; above a thousand all of the whole number, with thin spaces. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 1000)
    return Math.round(value)
      .toString()
      .replaceAll(/\B(?=(?:\d{3})+$)/g, '\u202f')
  return Number(value.toPrecision(3)).toString()
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value))
}
