import { openStore } from '../store/open-store.ts'
import { answer, type Answer, type AnswerSeries } from '../query/answer/answer.ts'
import { UsageError } from '../runtime/errors.ts'
import { systemClock } from '../runtime/clock.ts'
import { parseDurationOption } from './duration-option.ts'
import { formatCsv } from './text/csv.ts'
import type { CommandIo } from './io.ts'
import { findExistingStore, type StoreOptions } from './store-option.ts'
import { attributeText, formatTable } from './text/table.ts'
import { parseTime } from './text/time.ts'
import { formatValue } from './text/units.ts'

/** What `hostvitals query` was given. */
export interface QueryOptions extends StoreOptions {
  readonly host?: string
  readonly attr?: readonly string[]
  readonly label?: readonly string[]
  readonly by?: string
  readonly from: string
  readonly to: string
  readonly step?: string
  readonly increase?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

/** Prints one metric over time: a table for a person, `--json` or `--csv` for programs. Returns the exit code. */
export async function runQuery(metric: string, options: QueryOptions, io: CommandIo): Promise<number> {
  if (options.json === true && options.csv === true) {
    throw new UsageError('--json and --csv exclude each other', { nextStep: 'give one of them' })
  }
  const nowMs = systemClock.now()
  await using store = await openStore(await findExistingStore(options, io), { durable: false })
  const answered = await answer(store, {
    metric,
    attributes: parsePairs('--attr', options.attr),
    labels: parsePairs('--label', options.label),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.by === undefined ? {} : { by: options.by }),
    ...(options.step === undefined ? {} : { stepMs: parseDurationOption('--step', options.step) }),
    form: options.increase === true ? 'increase' : 'rate',
    fromMs: parseTime(options.from, nowMs),
    toMs: parseTime(options.to, nowMs),
  })
  if (options.json === true) io.stdout.write(`${JSON.stringify(answered)}\n`)
  else io.stdout.write(options.csv === true ? formatCsv(answered) : formatAnswer(answered, options))
  return 0
}

/** `k=v` texts as a record; throws UsageError naming the flag. */
export function parsePairs(flag: string, pairs: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf('=')
      if (cut < 1) throw new UsageError(`${flag} ${pair} has no '='`, { nextStep: `write ${flag} key=value` })
      return [pair.slice(0, cut), pair.slice(cut + 1)] as const
    }),
  )
}

function formatAnswer(answered: Answer, { from, to }: QueryOptions): string {
  const rows = answered.series.map((series) => formatSeries(series, answered.unit))
  if (rows.length === 0) return `  ${answered.metric}: nothing from ${from} to ${to}; --from -7d looks further back\n`
  const table = formatTable(['host', 'attributes', 'points', 'first', 'lowest', 'highest', 'latest', 'at'], rows)
  return `  ${answered.metric}, ${answered.kind}, ${from} to ${to}\n\n${table}`
}

function formatSeries({ host, attributes, statistic, points }: AnswerSeries, unit: string): readonly string[] {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]))
  const say = (value: number | undefined): string => (value === undefined ? '–' : formatValue(value, unit))
  const latest = points.findLast(([, value]) => value !== null)
  return [
    host,
    [
      ...Object.entries(attributes).map(([key, value]) => `${key}=${attributeText(value)}`),
      ...(statistic === undefined ? [] : [statistic]),
    ].join(' '),
    String(values.length),
    say(values[0]),
    say(values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b))),
    say(values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b))),
    say(values.at(-1)),
    latest === undefined ? '–' : new Date(latest[0]).toISOString(),
  ]
}
