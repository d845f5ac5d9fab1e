/** What is known of records that have not arrived: they may yet come, will not, or came too old to keep. */
export type GapState = 'open' | 'lost' | 'expired'

/** A range of seq that has not arrived, both ends included. */
export interface SeqGap {
  readonly fromSeq: number
  readonly toSeq: number
  readonly state: GapState
  readonly reason: string | undefined
  /** Unix milliseconds. */
  readonly notedAtMs: number
}

/** What is to be said of seqs that were passed over without a word. */
export type Skipped = Pick<SeqGap, 'state' | 'reason'>

const open: Skipped = { state: 'open', reason: undefined }

const ranks: Readonly<Record<GapState, number>> = { open: 0, lost: 1, expired: 2 }

/**
 * Which records of one run have arrived: all up to `high` but those in a gap. Gaps do not overlap and lie at or below
 * `high`. It only notices loss; what keeps a record from being stored twice is the row's key.
 */
export class SeqHistory {
  readonly #nowMs: number
  #skipped: Skipped
  #high: number
  #gaps: readonly SeqGap[]

  /**
   * `gaps` in any order, as stored; `nowMs` is what new ones are noted at. `skipped` is said of what is missing before the
   * first seq that comes now; later ones open a gap.
   */
  constructor(high: number, gaps: readonly SeqGap[], nowMs: number, skipped: Skipped = open) {
    this.#skipped = skipped
    this.#high = high
    this.#gaps = gaps.toSorted((a, b) => a.fromSeq - b.fromSeq)
    this.#nowMs = nowMs
  }

  get high(): number {
    return this.#high
  }

  /** In ascending order. A gap that nothing changed is the object that was given. */
  get gaps(): readonly SeqGap[] {
    return this.#gaps
  }

  hasArrived(seq: number): boolean {
    return seq <= this.#high && !this.#gaps.some((gap) => gap.fromSeq <= seq && seq <= gap.toSeq)
  }

  /** A record came: what was skipped before it is an open gap, a gap that it lay in shrinks or splits. */
  arrive(seq: number): void {
    if (seq > this.#high) {
      this.#skip(seq - 1)
      this.#high = seq
      return
    }
    this.#skipped = open
    if (this.hasArrived(seq)) return
    this.#gaps = this.#gaps.flatMap((gap) => [
      ...part(gap, gap.fromSeq, Math.min(gap.toSeq, seq - 1)),
      ...part(gap, Math.max(gap.fromSeq, seq + 1), gap.toSeq),
    ])
  }

  /** What had arrived is taken back, for what becomes of it to be said anew; nothing where it had not arrived. */
  takeBack(seq: number): void {
    if (!this.hasArrived(seq)) return
    // Not merged with its neighbours, whose times of being noted stay.
    const gap = { ...open, fromSeq: seq, toSeq: seq, notedAtMs: this.#nowMs }
    this.#gaps = [...this.#gaps, gap].toSorted((a, b) => a.fromSeq - b.fromSeq)
  }

  /**
   * Something is known of a range: those of it that have not arrived take this state, no others. A gap never goes back
   * from expired to lost or from lost to open.
   */
  miss(fromSeq: number, toSeq: number, state: GapState, reason?: string): void {
    const noted = { state, reason, notedAtMs: this.#nowMs }
    this.#gaps = merged(
      this.#gaps.flatMap((gap) => {
        const from = Math.max(gap.fromSeq, fromSeq)
        const to = Math.min(gap.toSeq, toSeq)
        if (from > to || ranks[gap.state] >= ranks[state]) return [gap]
        return [
          ...part(gap, gap.fromSeq, from - 1),
          { ...noted, fromSeq: from, toSeq: to },
          ...part(gap, to + 1, gap.toSeq),
        ]
      }),
    )
    if (toSeq > this.#high && state === 'open') this.#skip(toSeq)
    else if (toSeq > this.#high) {
      const from = Math.max(fromSeq, this.#high + 1)
      this.#skip(from - 1)
      this.#add({ ...noted, fromSeq: from, toSeq })
    }
    this.#high = Math.max(this.#high, toSeq)
  }

  #skip(toSeq: number): void {
    this.#add({ ...this.#skipped, fromSeq: this.#high + 1, toSeq, notedAtMs: this.#nowMs })
    this.#skipped = open
  }

  #add(gap: SeqGap): void {
    if (gap.fromSeq <= gap.toSeq) this.#gaps = merged([...this.#gaps, gap])
  }
}

function part(gap: SeqGap, fromSeq: number, toSeq: number): readonly SeqGap[] {
  if (fromSeq === gap.fromSeq && toSeq === gap.toSeq) return [gap]
  return fromSeq > toSeq ? [] : [{ ...gap, fromSeq, toSeq }]
}

/** Neighbours of one state and reason as one, so that a long run of late records is one row. */
function merged(gaps: readonly SeqGap[]): readonly SeqGap[] {
  const result: SeqGap[] = []
  for (const gap of gaps) {
    const last = result.at(-1)
    if (last?.toSeq === gap.fromSeq - 1 && last.state === gap.state && last.reason === gap.reason) {
      result[result.length - 1] = { ...last, toSeq: gap.toSeq }
    } else result.push(gap)
  }
  return result
}
