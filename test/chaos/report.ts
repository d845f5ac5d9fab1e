import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { violationsOf } from '../oracle/facts.ts'
import { kafkaClassPath } from '../support/kafka-jars.ts'
import type { StoreName } from './database-under-test.ts'
import type { FaultLog } from './fault-log.ts'
import type { Judgement } from './judge-world.ts'
import { tooLittle } from './too-little.ts'
import type { World } from './world.ts'

/** What a chaos run comes to. */
export interface ChaosReport {
  readonly isRight: boolean
  readonly store: StoreName
  readonly minutes: number
  readonly seed: number
  readonly commit: string
  readonly machine: {
    readonly cpus: number
    readonly cpu: string
    readonly memoryGiB: number
    readonly node: string
    readonly kafka: string
    readonly database: string
  }
  readonly kills: FaultLog['kills']
  /** How often each fault was done. */
  readonly faults: FaultLog['counts']
  /** Faults that this machine cannot do, and why. */
  readonly leftOut: readonly string[]
  readonly records: {
    readonly accepted: number
    /** Of those that were accepted, and of those that may be. */
    readonly stored: number
    /** Accepted records that lie in a gap. */
    readonly inGaps: number
    /** Written, and the kill came before anyone was told that they are safe. */
    readonly maybe: number
    readonly rows: number
    readonly deadLetters: number
    /** As far as consumers lived to tell. */
    readonly duplicatesFound: number
    readonly staleBatches: number
  }
  /** Rows of ingest_gap by state and reason. */
  readonly gaps: Readonly<Record<string, number>>
  readonly lost: number
  readonly twice: number
  readonly invented: number
  readonly longestRecovery: FaultLog['longestRecovery']
  /** All that is wrong. */
  readonly violations: readonly string[]
}

const mostExamples = 20

/** Puts it together. */
export async function reportOf({
  commit,
  store,
  minutes,
  seed,
  world: { database, leftOut, progress, violations },
  log,
  judgement: { verdict, gaps },
}: {
  readonly commit: string
  readonly store: StoreName
  readonly minutes: number
  readonly seed: number
  readonly world: World
  readonly log: FaultLog
  readonly judgement: Judgement
}): Promise<ChaosReport> {
  const { counts } = verdict
  const judged = violationsOf(verdict).flatMap((kind) =>
    verdict[kind].slice(0, mostExamples).map((each) => `${kind}: ${each}`),
  )
  const wrong = [...violations, ...judged, ...tooLittle(counts.accepted, log)]
  return {
    isRight: wrong.length === 0,
    store,
    minutes,
    seed,
    commit,
    machine: {
      cpus: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      kafka: /kafka-([\d.]+)/.exec(await kafkaClassPath())?.[1] ?? 'unknown',
      database: database.version,
    },
    kills: log.kills,
    faults: log.counts,
    leftOut,
    records: {
      accepted: counts.accepted,
      stored: counts.stored,
      inGaps: counts.inGaps,
      maybe: counts.maybe,
      rows: counts.rows,
      deadLetters: counts.deadLetters,
      duplicatesFound: progress.counts.duplicates,
      staleBatches: progress.counts.staleBatches,
    },
    gaps,
    lost: verdict.lost.length,
    twice: verdict.twice.length,
    invented: verdict.invented.length,
    longestRecovery: log.longestRecovery,
    violations: wrong,
  }
}

/** For a person. */
export function describeReport(report: ChaosReport): string {
  const { minutes, seed, kills, faults, records, gaps, lost, twice, invented, longestRecovery, leftOut } = report
  return [
    `${report.machine.database}, Kafka ${report.machine.kafka}, ${minutes} minutes, seed ${seed}`,
    `kills: ${kills.total} (agents ${kills.agent}, consumers ${kills.consumer}, broker ${kills.broker}, database ${kills.database})`,
    `faults: ${list(faults)}`,
    ...leftOut.map((each) => `left out: ${each}`),
    `records: ${records.accepted} accepted, ${records.stored} stored, ${records.inGaps} in gaps, ${records.duplicatesFound} found stored already, ${records.deadLetters} dead letters`,
    `gaps: ${list(gaps)}`,
    longestRecovery === undefined
      ? 'longest recovery: none'
      : `longest recovery: ${(longestRecovery.ms / 1000).toFixed(1)} s after ${longestRecovery.after}`,
    ...report.violations.map((each) => `WRONG: ${each}`),
    `${lost} lost, ${twice} twice, ${invented} invented: ${conclusion(report)}`,
  ].join('\n')
}

function conclusion({ isRight, faults, kills, records, store, violations }: ChaosReport): string {
  if (isRight) return `the promise holds on ${store}`
  const reasons = tooLittle(records.accepted, { counts: faults, kills })
  return reasons.length === violations.length ? 'this proves NOTHING' : 'the promise is BROKEN'
}

function list(counts: Readonly<Record<string, number>>): string {
  const each = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  return each.join(', ') || 'none'
}

/** What the sources were at; with a plus where files differ from it. */
export function commitOfSources(): string {
  try {
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`
  } catch {
    // A copy without its history.
    return 'unknown'
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', [...args], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
}
