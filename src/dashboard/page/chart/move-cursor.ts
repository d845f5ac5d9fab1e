import type uPlot from 'uplot'

/** uPlot takes a third argument, which sends the crosshair on to the other charts; its declaration lacks it. */
interface TellingPlot {
  setCursor(to: { readonly left: number; readonly top: number }, isTold: boolean, isSent: boolean): void
}

/**
 * Moves the crosshair of all charts with a key: arrows by one step (with Shift by ten), Home and End to the ends. The new index, or
 * undefined where the key is for something else.
 */
export function moveCursor(plot: uPlot, key: string, isFar: boolean): number | undefined {
  const [times, ...lines] = plot.data
  // The newest step may have no value yet.
  const newest = times.findLastIndex((_time, at) => lines.some((line) => typeof line[at] === 'number'))
  const last = newest === -1 ? times.length - 1 : newest
  const at = plot.cursor.idx ?? last
  const step = isFar ? 10 : 1
  const moves: Readonly<Record<string, number>> = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: last }
  const wanted = moves[key]
  if (wanted === undefined || last < 0) return undefined
  const next = Math.min(last, Math.max(0, wanted))
  const left = plot.valToPos(times[next] ?? 0, 'x')
  const telling: TellingPlot = plot
  telling.setCursor({ left, top: plot.over.clientHeight / 2 }, true, true)
  return next
}
