import { withAttributes } from './metric-options.ts'
import { parseAttributes } from './parse-attributes.ts'
import type { Attributes, Series } from './sample.ts'

/** Series of one instrument inside an application. Source: OpenTelemetry metrics SDK, "Cardinality limits". */
export const mostOfInstrument = 2000

/** The series of one instrument inside an application, by attributes. Beyond 2 000 all further ones share an overflow series. */
export class SeriesTable<State> {
  readonly #series: Series
  readonly #create: () => State
  readonly #byKey = new Map<string, { readonly series: Series; readonly state: State }>()

  constructor(series: Series, create: () => State) {
    this.#series = series
    this.#create = create
  }

  /** The state of the series with these attributes, made at the first call. Throws ConfigurationError for one that cannot travel. */
  at(given: Attributes | undefined): State {
    const attributes = given === undefined ? undefined : parseAttributes(given)
    const key =
      attributes === undefined ? '' : JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
    const known = this.#byKey.get(key)
    if (known !== undefined) return known.state
    // The attribute's name is OpenTelemetry's, "Cardinality limits" of the metrics SDK.
    if (this.#byKey.size >= mostOfInstrument && !isOverflow(attributes))
      return this.at({ 'otel.metric.overflow': true })
    const entry = { series: withAttributes(this.#series, attributes), state: this.#create() }
    this.#byKey.set(key, entry)
    return entry.state
  }

  entries(): Iterable<{ readonly series: Series; readonly state: State }> {
    return this.#byKey.values()
  }
}

function isOverflow(attributes: Attributes | undefined): boolean {
  return attributes?.['otel.metric.overflow'] === true
}
