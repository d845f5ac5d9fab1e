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

/**
 * The targets that all typed words fit, the best first: the whole name, its begin, the begin of a part of it, anywhere in it,
 * anywhere in what stands beside it. Nothing typed: the first ones as they are.
 */
export function findTargets(typed: string, targets: readonly Target[]): readonly Target[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  return targets
    .map((target, place) => ({ target, place, rank: rankOf(target, words) }))
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || a.place - b.place)
    .slice(0, most)
    .map(({ target }) => target)
}

/** The sum over the words, less is better; undefined where one of them does not fit. */
function rankOf({ name, detail }: Target, words: readonly string[]): number | undefined {
  const [low, beside] = [name.toLowerCase(), detail.toLowerCase()]
  let sum = 0
  for (const word of words) {
    const at = low.indexOf(word)
    if (low === word) continue
    if (at === 0) sum += 1
    else if (at > 0) sum += /[\s._-]/.test(low.charAt(at - 1)) ? 2 : 3
    else if (beside.includes(word)) sum += 4
    else return undefined
  }
  return sum
}
