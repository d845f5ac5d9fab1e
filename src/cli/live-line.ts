import type { ScrapeRound } from '../sampling/scrape.ts'
import { figuresOf, trafficOf, type Figures, type Traffic } from './figures.ts'
import type { OutputStream } from './io.ts'
import { formatValue } from './text/units.ts'

/** One line of the host's figures, updated in place on a terminal; `clear` makes room for a line of the log. */
export class LiveLine {
  readonly #stream: OutputStream
  #traffic: Traffic | undefined
  #isShown = false
  #hadFigures = false

  constructor(stream: OutputStream) {
    this.#stream = stream
  }

  /**
   * The figures of a round; the rates are since the round before it that had a network. Undefined for a round that has none,
   * as those of metrics that are asked less often, where others have some.
   */
  next({ timeMs, samples }: ScrapeRound): Figures | undefined {
    const traffic = trafficOf(timeMs, samples)
    const figures = figuresOf(
      samples,
      traffic ?? { timeMs, receivedBytes: 0, transmittedBytes: 0 },
      traffic === undefined ? undefined : this.#traffic,
    )
    this.#traffic = traffic ?? this.#traffic
    if (Object.keys(figures).length > 0) this.#hadFigures = true
    else if (this.#hadFigures) return undefined
    return figures
  }

  /** Writes the line over the former one. */
  show(timeMs: number, figures: Figures): void {
    const text = `${new Date(timeMs).toTimeString().slice(0, 8)}  ${formatFigures(figures)}`
    this.clear()
    // A terminal that does not know its width says 0.
    const columns = this.#stream.columns === undefined || this.#stream.columns === 0 ? 80 : this.#stream.columns
    this.#stream.write(text.slice(0, columns - 1))
    this.#isShown = true
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[2K')
    this.#isShown = false
  }
}

function formatFigures(figures: Figures): string {
  const {
    cpuPercent,
    memoryPercent,
    load,
    diskPercent,
    receivedBytesPerSecond: received,
    transmittedBytesPerSecond: transmitted,
  } = figures
  return [
    ...(cpuPercent === undefined ? [] : [`cpu ${cpuPercent.toFixed(1)} %`]),
    ...(memoryPercent === undefined ? [] : [`mem ${memoryPercent.toFixed(0)} %`]),
    ...(load === undefined ? [] : [`load ${load.toFixed(2)}`]),
    ...(diskPercent === undefined ? [] : [`disk / ${diskPercent.toFixed(0)} %`]),
    ...(received === undefined ? [] : [`net ↓ ${formatValue(received, 'By/s')}`]),
    ...(transmitted === undefined ? [] : [`↑ ${formatValue(transmitted, 'By/s')}`]),
  ].join('  ')
}
