import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ChartsAnswer, LivePoint } from '../../api.ts'
import { useApp } from '../app.ts'
import { isFollowing, spanOf } from '../address/time-range.ts'
import type { Span } from '../address/time-range.ts'
import { chartsAddress } from '../data/addresses.ts'
import type { ChartsQuestion } from '../data/addresses.ts'
import type { AnswerError } from '../data/ask.ts'
import { mergePoints } from '../data/merge-points.ts'
import { useAnswer } from '../data/use-answer.ts'

/** So long after a timer's newest point its cells are there, too. */
const cellsMs = 4000

/** Charts of one question, kept new. */
export interface Charts {
  readonly answer: ChartsAnswer | undefined
  readonly error: AnswerError | undefined
  readonly span: Span
  readonly address: string
  readonly refresh: () => void
  /** Puts what came live into the charts. */
  readonly addPoints: (points: readonly LivePoint[]) => void
}

/** Asks for charts, again as often as a step of a range that follows the clock is worth it. */
export function useCharts(question: ChartsQuestion, isWanted: boolean): Charts {
  const app = useApp()
  const address = chartsAddress(question)
  const isMoving = isFollowing(question.range)
  const length = useMemo(() => {
    const { fromMs, toMs } = spanOf(question.range, 0)
    return toMs - fromMs
  }, [question.range])
  // What is new comes live; all of it is asked for only to be exact again. A sum has no live points. Held is held.
  const leastMs = question.isSum === true ? 15_000 : 60_000
  const isAsked = isMoving && app.isLiveWanted.value
  const everyMs = isAsked ? Math.min(600_000, Math.max(leastMs, length / question.points)) : 0
  const { answer, error, refresh } = useAnswer<ChartsAnswer>(isWanted ? address : undefined, everyMs, isSame)
  const [live, setLive] = useState(answer)
  useEffect(() => setLive(answer), [answer])

  const shown = live !== undefined && answer !== undefined && live.fromMs >= answer.fromMs ? live : answer
  const span = useMemo(
    () => (shown === undefined ? app.span() : { fromMs: shown.fromMs, toMs: shown.toMs }),
    [shown, app],
  )
  const filling = useRef<number>(undefined)
  useEffect(() => () => window.clearTimeout(filling.current), [])
  function addPoints(points: readonly LivePoint[]): void {
    // The stream tells a timer's percentiles, not its buckets: the cells are asked for, at most once in so long.
    if (isMoving && points.some((point) => hasCells(shown, point)) && filling.current === undefined) {
      filling.current = window.setTimeout(() => {
        filling.current = undefined
        refresh()
      }, cellsMs)
    }
    if (isMoving) setLive((old) => old && mergePoints(old, points, Math.max(old.toMs, ...points.map((p) => p.timeMs))))
  }
  return { answer: shown, error, span, address, refresh, addPoints }
}

/** True for a point of a chart that is drawn in cells. */
function hasCells(answer: ChartsAnswer | undefined, { metric, statistic }: LivePoint): boolean {
  if (statistic === undefined) return false
  return answer?.charts.some((chart) => chart.metric === metric && chart.heatmap !== null) === true
}

/** While hosts and metrics stay, the old chart may stand until the new one is there. */
function isSame(old: string, now: string): boolean {
  return metricsOf(old) === metricsOf(now)
}

function metricsOf(address: string): string {
  const parameters = new URLSearchParams(address.slice(address.indexOf('?')))
  return JSON.stringify([parameters.getAll('m'), parameters.getAll('host'), parameters.get('as')])
}
