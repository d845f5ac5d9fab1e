import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

/**
 * What one run measured, by name. Every bench uses the same names where they apply: samplesPerSecond samplesPerCpuSecond
 * bytesPerSample peakRssMb cpuMsPerSecond rssMb series p50Ms p99Ms; Mb are 10⁶ bytes.
 */
export type Figures = Readonly<Record<string, number>>

/** One thing that was measured, several times. */
export interface Measured {
  readonly name: string
  /** Of each figure by itself. */
  readonly median: Figures
  /** The least and the most of each. */
  readonly spread: Readonly<Record<string, readonly [least: number, most: number]>>
  readonly runs: readonly Figures[]
  /** What follows from the figures, in words. */
  readonly remark?: string
}

/** What a bench prints. */
export interface BenchReport {
  readonly bench: string
  /** When it began, ISO 8601. */
  readonly date: string
  /** A plus behind it: with changes that were not committed. */
  readonly commit: string
  readonly node: string
  readonly machine: {
    readonly model: string
    readonly cores: number
    readonly memoryGb: number
    /** How many programs wanted a core over the minute before it began: what else the machine had to do. */
    readonly loadBefore: number
  }
  /** What was asked for: store, samples, hosts … */
  readonly setting: Readonly<Record<string, unknown>>
  readonly results: readonly Measured[]
}

/** Where and when a bench began; to be asked first, so that the load is not its own. */
export type Begin = Pick<BenchReport, 'date' | 'commit' | 'node' | 'machine'>

const repository = join(import.meta.dirname, '..')

/** This machine, this moment, this version of the sources. */
export function beginOfBench(): Begin {
  return {
    date: new Date().toISOString(),
    commit: commitOfSources(),
    node: process.version,
    machine: {
      model: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
      loadBefore: rounded(loadavg()[0] ?? Number.NaN),
    },
  }
}

/** The runs of one thing with their median and spread. Throws where there is none. */
export function measured(name: string, runs: readonly Figures[]): Measured {
  const [first] = runs
  if (first === undefined) throw new Error(`${name}: no run was measured`)
  const columns = Object.keys(first).map((key) => {
    const values = runs.map((run) => run[key] ?? Number.NaN).toSorted((a, b) => a - b)
    return { key, median: values[values.length >> 1] ?? Number.NaN, ends: [values[0], values.at(-1)] as const }
  })
  return {
    name,
    median: Object.fromEntries(columns.map(({ key, median }) => [key, median])),
    spread: Object.fromEntries(
      columns.map(({ key, ends: [least = Number.NaN, most = Number.NaN] }) => [key, [least, most] as const]),
    ),
    runs,
  }
}

/** Prints a report: one JSON document, or for a person. */
export function printReport(report: BenchReport, isJson: boolean): void {
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : textOf(report))
}

/** To three digits, or to the whole where it has more. */
export function rounded(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1000) return Math.round(value)
  return Number(value.toPrecision(3))
}

function textOf({ bench, date, commit, node, machine, setting, results }: BenchReport): string {
  const { model, cores, memoryGb, loadBefore } = machine
  const asked = Object.entries(setting).map(([key, value]) => `${key} ${String(value)}`)
  const lines = results.flatMap(({ name, median, spread, runs, remark }) => [
    `  ${name}, ${runs.length === 1 ? 'one run' : `median of ${runs.length} runs (least to most)`}`,
    ...Object.entries(median).map(([key, value]) => {
      const [least = value, most = value] = spread[key] ?? []
      const range = runs.length === 1 ? '' : `  (${grouped(least)} to ${grouped(most)})`
      return `    ${key.padEnd(24)} ${grouped(value)}${range}`
    }),
    ...(remark === undefined ? [] : [`    ${remark}`]),
  ])
  return [
    `${bench}: ${asked.join(', ')}`,
    `  ${date}, commit ${commit}, Node ${node}, ${cores} × ${model}, ${memoryGb} GB, load before ${loadBefore}`,
    ...lines,
    '',
  ].join('\n')
}

/** Thousands apart, as a person reads them. */
function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 }).replaceAll(',', ' ')
}

function commitOfSources(): string {
  try {
    const changes = git('status', '--porcelain', '--untracked-files=no')
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changes === '' ? '' : '+'}`
  } catch {
    // Sources without their history, such as an unpacked archive.
    return 'unknown'
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
