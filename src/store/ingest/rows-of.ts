import { percentilesOf } from '../../metric/percentile.ts'
import type { DecodedHistogram, DecodedPart } from '../../wire/decoded-record.ts'
import type { Catalog, PartIds } from '../catalog/catalog.ts'
import { entryAt } from '../index-aligned.ts'
import type { HistogramRow, ScrapeRow } from '../store.ts'
import { type Arrival, isDecoded } from './understand.ts'

/** One host's part of a record as rows. */
export interface PartRows extends PartIds {
  readonly part: DecodedPart
  readonly scrapes: readonly ScrapeRow[]
  readonly histograms: readonly HistogramRow[]
}

/** A record with the ids that it is stored under. */
export interface PreparedRecord {
  readonly arrival: Arrival
  readonly parts: readonly PartRows[]
  /** The run whose watermark this record moves: ours, where the run is known. */
  readonly runId: number | undefined
  /** The run that its note speaks of. */
  readonly noteRunId: number | undefined
}

/** A start before this is no time: OTLP says 0 where it is not known. */
const firstStartMs = 86_400_000

/** Finds all ids of a batch, inserts what is new, and makes the rows. Throws the store's errors. */
export async function prepareRecords(
  arrivals: readonly Arrival[],
  catalog: Catalog,
  nowMs: number,
): Promise<readonly PreparedRecord[]> {
  const parts = arrivals.flatMap(({ content }) => (isDecoded(content) ? content.parts : []))
  const rows = await partRows(parts, catalog, nowMs)
  const prepared: PreparedRecord[] = []
  let at = 0
  for (const arrival of arrivals) {
    const { content, identity } = arrival
    if (isDecoded(content)) {
      const own = rows.slice(at, (at += content.parts.length))
      const [first] = own
      const isOurs = first !== undefined && !first.part.run.foreign
      const { note } = content
      const noteRunId =
        isOurs && note !== undefined
          ? await catalog.runId(first.hostId, { ...first.part.run, run: note.run }, nowMs)
          : undefined
      prepared.push({ arrival, parts: own, runId: isOurs ? first.runId : undefined, noteRunId })
    } else {
      const runId = identity && (await catalog.findRunId(identity.agentUid, identity.run))
      prepared.push({ arrival, parts: [], runId, noteRunId: undefined })
    }
  }
  return prepared
}

/** The latest time of the rows, Unix milliseconds; 0 without rows. */
export function newestTime({ scrapes, histograms }: Pick<PartRows, 'scrapes' | 'histograms'>): number {
  let newest = 0
  for (const { timeMs } of scrapes) newest = Math.max(newest, timeMs)
  for (const { timeMs } of histograms) newest = Math.max(newest, timeMs)
  return newest
}

async function partRows(parts: readonly DecodedPart[], catalog: Catalog, nowMs: number): Promise<readonly PartRows[]> {
  const ids = await catalog.partIds(parts, nowMs)
  const layoutIds = await catalog.layoutIds(parts.flatMap(({ scrapes }) => scrapes.map(({ layout }) => layout)))
  const seriesIds = await catalog.seriesIds(parts.flatMap(({ histograms }) => histograms.map(({ series }) => series)))
  let layoutAt = 0
  let seriesAt = 0
  return parts.map((part, index) => {
    const { hostId, runId } = entryAt(ids, index, 'a host')
    const { seq } = part
    const scrapes = part.scrapes.map(({ timeMs, readings }): ScrapeRow => {
      return { timeMs, seq, hostId, runId, layoutId: entryAt(layoutIds, layoutAt++, 'a layout'), readings }
    })
    const histograms = part.histograms.map((each): HistogramRow => {
      return { ...histogramValues(each), seq, hostId, runId, seriesId: entryAt(seriesIds, seriesAt++, 'a series') }
    })
    return { part, hostId, runId, scrapes, histograms }
  })
}

function histogramValues({ timeMs, startTimeMs, histogram }: DecodedHistogram) {
  return {
    timeMs,
    startTimeMs: startTimeMs < firstStartMs ? timeMs : startTimeMs,
    histogram,
    percentiles: percentilesOf(histogram),
  }
}
