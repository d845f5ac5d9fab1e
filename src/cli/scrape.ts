import { defaultProducer } from '../config/defaults.ts'
import { host } from '../host/index.ts'
import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { percentile } from '../metric/percentile.ts'
import { systemClock } from '../runtime/clock.ts'
import { describeThisHost } from '../this-host.ts'
import type { ScrapeFailure, ScrapeRound } from '../sampling/scrape.ts'
import type { CommandIo } from './io.ts'
import { loadTold } from './load-told.ts'
import { measureTwice } from './measure-twice.ts'
import { type RootOptions, rootsOf } from './root-options.ts'
import { attributeText, formatTable } from './text/table.ts'
import { formatValue } from './text/units.ts'

/** What `hostvitals scrape` was given. */
export interface ScrapeOptions extends RootOptions {
  readonly config?: string
  readonly json?: boolean
}

/** Measures once and prints; nothing is sent. Exit 1 when a metric failed. */
export async function runScrape(options: ScrapeOptions, io: CommandIo): Promise<number> {
  const loaded = await loadTold({ folder: options.config, needs: [], wants: ['producer'] }, io)
  const { metrics, intervalMs, host: configured } = loaded.producer ?? defaultProducer(host())
  const roots = rootsOf(options)
  const { machine } = await describeThisHost(configured, roots, loaded.env)
  const setting = { metrics, intervalMs, roots, clock: systemClock, signal: io.signal }
  const { round: second, first } = await measureTwice(setting)
  const name = configured.name ?? machine.name
  if (options.json === true) io.stdout.write(`${JSON.stringify(documentOf(name, machine.resource, second))}\n`)
  else io.stdout.write(pageOf(name, second))
  // A timer that was seen in the first reading only is told there, too: none is lost between the two.
  return first.failures.length + second.failures.length > 0 ? 1 : 0
}

function documentOf(name: string, resource: object, round: ScrapeRound): object {
  return {
    host: { name, resource },
    samples: [...round.samples.map(sampleDocument), ...round.failures.map(failureDocument)],
  }
}

function sampleDocument(sample: Sample): object {
  const { name, kind, unit, attributes } = sample.series
  return {
    name,
    kind,
    unit,
    attributes,
    ...(isHistogramSample(sample) ? { histogram: sample.histogram } : { value: sample.value }),
  }
}

function failureDocument({ metric, reason }: ScrapeFailure): object {
  return { name: metric.name, kind: metric.kind ?? 'gauge', unit: metric.unit ?? '', attributes: {}, error: reason }
}

function pageOf(name: string, { samples, failures }: ScrapeRound): string {
  const rows = samples.map((sample) => {
    const { series } = sample
    const attributes = Object.entries(series.attributes).map(([key, value]) => `${key}=${attributeText(value)}`)
    return [series.name, series.kind, valueText(sample), attributes.join(' ')]
  })
  const failed = failures.map(
    ({ metric, reason }) =>
      `  ✗ ${metric.name}${metric.definedAt === undefined ? '' : ` (${metric.definedAt})`}: ${reason}\n`,
  )
  const count = `  ${name}: ${samples.length} samples, ${failures.length} failed. Nothing was sent.\n`
  return `${formatTable(['metric', 'kind', 'value', 'attributes'], rows)}\n${failed.join('')}${count}`
}

function valueText(sample: Sample): string {
  if (!isHistogramSample(sample)) return formatValue(sample.value, sample.series.unit, sample.series.integer)
  const median = percentile(sample.histogram, 0.5)
  return median === undefined ? '–' : `${formatValue(median, sample.series.unit)} (${sample.histogram.count})`
}
