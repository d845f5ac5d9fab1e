/** What became of one dead letter; `replay --json` lists these. */
export interface ReplayResult {
  readonly id: string
  /** Missing: there is none of that id. Expired: older than what is kept; the letter is gone, and where it was ours a gap says so. */
  readonly outcome: 'stored' | 'duplicate' | 'expired' | 'set-aside' | 'missing'
  readonly samples: number
  readonly reason: string | null
  readonly error: string | null
}

/** What storing it said. */
export interface Replayed {
  readonly records: number
  readonly samples: number
  readonly duplicates: number
  readonly setAside: { readonly reason: string; readonly error: string } | undefined
}

/** The one thing that became of it; undefined: there was none. */
export function resultOf(id: bigint, replayed: Replayed | undefined): ReplayResult {
  const result = (outcome: ReplayResult['outcome'], samples = 0): ReplayResult => {
    const { reason = null, error = null } = replayed?.setAside ?? {}
    return { id: String(id), outcome, samples, reason, error }
  }
  if (replayed === undefined) return result('missing')
  if (replayed.setAside !== undefined) return result('set-aside')
  if (replayed.records > 0) return result('stored', replayed.samples)
  return result(replayed.duplicates > 0 ? 'duplicate' : 'expired')
}

/** In one sentence, of what was done or of what would be. */
export function sentenceOfResult({ outcome, samples, reason, error }: ReplayResult, isDry: boolean): string {
  const would = isDry ? 'would be ' : ''
  switch (outcome) {
    case 'stored':
      return `${would}stored: ${samples} sample${samples === 1 ? '' : 's'}`
    case 'duplicate':
      return `${isDry ? 'is' : 'was'} stored already; the letter ${isDry ? 'would go' : 'is gone'}`
    case 'expired':
      return `older than what is kept: ${would}not stored; the letter ${isDry ? 'would go' : 'is gone'}`
    case 'set-aside':
      return `${would}set aside again (${reason ?? ''}): ${error ?? ''}`
    case 'missing':
      return 'there is no dead letter of this id'
  }
}
