import type { SeedReport } from './run-seeds.ts'

/** What many histories come to together. */
export interface Totals {
  readonly seeds: number
  readonly records: number
  readonly samples: number
  readonly foreign: number
  readonly faults: number
  readonly agentCrashes: number
  readonly consumerCrashes: number
  readonly rebalances: number
  readonly resends: number
  readonly duplicates: number
  readonly deadLetters: number
  readonly gapsLost: number
  readonly gapsExpired: number
  readonly gapsOpen: number
  readonly lost: number
  readonly twice: number
  readonly invented: number
  readonly virtualDays: number
  readonly seconds: number
}

/** Adds up; `seconds` is how long it took. */
export function totalsOf(reports: readonly SeedReport[], seconds: number): Totals {
  const sum = (of: (report: SeedReport) => number): number => reports.reduce((total, report) => total + of(report), 0)
  return {
    seeds: reports.length,
    records: sum(({ tally }) => tally.records),
    samples: sum(({ tally }) => tally.samples),
    foreign: sum(({ tally }) => tally.foreign),
    faults: sum(({ tally }) => tally.faults),
    agentCrashes: sum(({ tally }) => tally.agentCrashes),
    consumerCrashes: sum(({ tally }) => tally.consumerCrashes),
    rebalances: sum(({ tally }) => tally.rebalances),
    resends: sum(({ tally }) => tally.resends),
    duplicates: sum(({ tally }) => tally.duplicates),
    deadLetters: sum(({ counts }) => counts.deadLetters),
    gapsLost: sum(({ counts }) => counts.gapsLost),
    gapsExpired: sum(({ counts }) => counts.gapsExpired),
    gapsOpen: sum(({ counts }) => counts.gapsOpen),
    lost: sum(({ failure }) => failure?.verdict.lost.length ?? 0),
    twice: sum(({ failure }) => failure?.verdict.twice.length ?? 0),
    invented: sum(({ failure }) => failure?.verdict.invented.length ?? 0),
    virtualDays: Math.round(sum(({ tally }) => tally.virtualMs) / 86_400_000),
    seconds: Math.round(seconds * 10) / 10,
  }
}

/** For a person; the last line is the promise. */
export function describeTotals(totals: Totals): string {
  const { seeds, seconds, virtualDays } = totals
  const perMinute = seconds > 0 ? Math.round((seeds / seconds) * 60) : seeds
  return [
    `${seeds} histories of ${virtualDays} virtual days in ${seconds} s (${perMinute} a minute), ${totals.faults} faults`,
    `${totals.records} records of ours and ${totals.foreign} foreign ones, ${totals.samples} samples`,
    `${totals.agentCrashes} crashes of agents, ${totals.consumerCrashes} of consumers, ${totals.rebalances} rebalances`,
    `${totals.resends} resends, ${totals.duplicates} duplicates found equal, ${totals.deadLetters} dead letters`,
    `gaps: ${totals.gapsLost} lost, ${totals.gapsExpired} expired, ${totals.gapsOpen} open`,
    `${totals.lost} lost, ${totals.twice} twice, ${totals.invented} invented`,
  ].join('\n')
}
