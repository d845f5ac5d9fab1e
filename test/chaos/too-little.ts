import type { FaultLog } from './fault-log.ts'

/** Why a run proves nothing, whatever became of its records: each reason in a sentence, none where it proves something. */
export function tooLittle(accepted: number, { counts, kills }: Pick<FaultLog, 'counts' | 'kills'>): readonly string[] {
  const faults = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return [
    ...(accepted === 0 ? ['nothing was accepted'] : []),
    ...(faults === 0 ? ['no fault happened, so nothing is proven'] : []),
    ...(kills.total === 0 ? ['nothing was killed, so nothing is proven'] : []),
  ]
}
