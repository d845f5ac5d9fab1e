import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { sql } from 'kysely'
import type { MetricStore } from '../src/store/store.ts'

/** Where figures were taken. */
export interface Machine {
  readonly processors: number
  readonly model: string
  readonly memoryGb: number
  readonly node: string
  /** Of the last minute: with more than there are processors, other work took a part of the time. */
  readonly loadAverage: number
  readonly database: string
  /** With `+` where files have changed since. */
  readonly commit: string
  readonly takenAt: string
}

/** This machine, now. */
export async function describeMachine({ database, schemaName, label }: MetricStore): Promise<Machine> {
  const version = schemaName === undefined ? [] : (await sql<{ v: string }>`select version() v`.execute(database)).rows
  return {
    processors: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    database: version[0]?.v.split(' (')[0] ?? label.split(' ')[0] ?? '',
    commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+'),
    takenAt: new Date().toISOString(),
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}
