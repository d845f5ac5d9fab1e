/** One line of values. */
export interface ExposedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What is told of one metric. */
export interface Family {
  readonly type: string
  readonly help: string
  readonly samples: readonly ExposedSample[]
}

const nameText = String.raw`[a-zA-Z_:][a-zA-Z0-9_:]*`
const helpLine = new RegExp(`^# HELP (${nameText}) ((?:[^\\\\\n]|\\\\\\\\|\\\\n)*)$`)
const typeLine = new RegExp(`^# TYPE (${nameText}) (counter|gauge|histogram|summary|untyped)$`)
const labelText = String.raw`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"`
const sampleLine = new RegExp(`^(${nameText})(?:\\{(${labelText}(?:,${labelText})*)\\})? (\\S+)$`)
const suffixes = { histogram: ['_bucket', '_sum', '_count'] } as const

/**
 * Reads Prometheus text 0.0.4, strictly: HELP, then TYPE, then the lines of that metric and of no other, each once, every
 * line ended. Throws with the line that breaks a rule. Source: prometheus.io, "Exposition formats".
 */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line is not ended')
  const families = new Map<string, { type: string; help: string; samples: ExposedSample[] }>()
  const seen = new Set<string>()
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, helped, help] = helpLine.exec(line) ?? []
    const [, typed, type] = typeLine.exec(line) ?? []
    if (helped !== undefined) {
      if (families.has(helped)) throw new Error(`a second HELP: ${line}`)
      families.set(helped, { type: '', help: help ?? '', samples: [] })
      current = helped
    } else if (typed !== undefined) {
      const family = families.get(typed)
      if (typed !== current || family === undefined || family.type !== '') throw new Error(`TYPE out of place: ${line}`)
      family.type = type ?? ''
    } else {
      const sample = sampleOf(line)
      const family = families.get(current)
      if (family === undefined || family.type === '') throw new Error(`a value before its TYPE: ${line}`)
      const names: readonly string[] =
        family.type === 'histogram' ? suffixes.histogram.map((end) => current + end) : [current]
      if (!names.includes(sample.name)) throw new Error(`a value of another metric: ${line}`)
      const key = `${sample.name}${JSON.stringify(sample.labels)}`
      if (seen.has(key)) throw new Error(`said twice: ${line}`)
      seen.add(key)
      family.samples.push(sample)
    }
  }
  return families
}

function sampleOf(line: string): ExposedSample {
  const match = sampleLine.exec(line)
  if (match === null) throw new Error(`no line of Prometheus text: ${line}`)
  const [, name = '', labels = ''] = match
  const value = match.at(-1) ?? ''
  if (!/^(?:[+-]?Inf|NaN|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)$/.test(value))
    throw new Error(`no number: ${line}`)
  const pairs = [...labels.matchAll(new RegExp(labelText, 'g'))].map(
    ([, key = '', text = '']) =>
      [key, text.replaceAll(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c))] as const,
  )
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) }
}
