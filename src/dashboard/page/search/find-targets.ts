/** Something that the search leads to. */
export interface Target {
  readonly kind: 'page' | 'host' | 'metric'
  /** The page's name, a host's uid, a metric's name. */
  readonly id: string
  readonly name: string
  /** What else it is found by, and what is said beside it. */
  readonly detail: string
}

const most = 12

/** How well a target fits what is typed; less is better. */
interface Fit {
  /** The sum over the words of how each fits. */
  readonly rank: number
  /** How many words of the name stand before those that were found, in all. */
  readonly before: number
}

/**
 * The targets that all typed words fit, the best first: the whole name, its begin, the begin of a part of it, anywhere in it,
 * anywhere in what stands beside it. Of metrics that fit alike those of the system come first, and of these the ones where it
 * stands nearer to the front. Nothing typed: the first ones as they are.
 */
export function findTargets(typed: string, targets: readonly Target[]): readonly Target[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return targets.slice(0, most)
  return targets
    .flatMap((target, place) => {
      const fit = fitOf(target, words)
      return fit === undefined ? [] : [{ target, place, ...fit, isOther: isOtherMetric(target) }]
    })
    .toSorted(
      (a, b) => a.rank - b.rank || Number(a.isOther) - Number(b.isOther) || a.before - b.before || a.place - b.place,
    )
    .slice(0, most)
    .map(({ target }) => target)
}

function isOtherMetric({ kind, name }: Target): boolean {
  return kind === 'metric' && !name.startsWith('system.')
}

/** Undefined where one of the words does not fit. */
function fitOf({ name, detail }: Target, words: readonly string[]): Fit | undefined {
  const [low, beside] = [name.toLowerCase(), detail.toLowerCase()]
  const parts = [...low.matchAll(/[^\s._-]+/g)].map(({ index }) => index)
  let rank = 0
  let before = 0
  for (const word of words) {
    if (low === word) continue
    const part = parts.findIndex((begin) => low.startsWith(word, begin))
    if (low.startsWith(word)) rank += 1
    else if (part >= 0) [rank, before] = [rank + 2, before + part]
    else if (low.includes(word)) rank += 3
    else if (beside.includes(word)) rank += 4
    else return undefined
  }
  return { rank, before }
}
