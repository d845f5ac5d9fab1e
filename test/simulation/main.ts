// npm run simulate: histories of the real rooms under simulated faults, judged by the oracle. README.md has the model.
import { parseArgs } from 'node:util'
import { describeError, HostvitalsError } from '../../src/runtime/errors.ts'
import { runCrew } from './crew.ts'
import { describeFailure } from './describe-failure.ts'
import type { SeedReport } from './run-seeds.ts'
import { safeguards } from './safeguards.ts'
import { safeguardRow, tableHead } from './safeguard-table.ts'
import { describeTotals, totalsOf } from './totals.ts'
import { safeguardOf } from './without-safeguard.ts'

const usage = `npm run simulate -- [--seeds N] [--seed S] [--without SAFEGUARD] [--safeguards] [--json]
  --seeds N            how many histories; default 300, or 1 with --seed
  --seed S             the first of them; default 1
  --without SAFEGUARD  takes one safeguard away: the oracle must notice
  --safeguards         does so with each, and prints a Markdown table
  --json               prints one JSON document instead`
const defaultSeeds = 300
const mostShown = 5

interface Options {
  readonly first: number
  readonly count: number
  readonly without: string | undefined
  readonly isJson: boolean
}

/** Runs the seeds; with a safeguard taken away it stops at the first that fails. The lowest seeds come first. */
async function reportsOf({ first, count, without, isJson }: Options, tries: number): Promise<readonly SeedReport[]> {
  const reports: SeedReport[] = []
  let failures = 0
  await runCrew({
    seeds: Array.from({ length: count }, (_, at) => first + at),
    without,
    tries,
    onReport: (report) => {
      reports.push(report)
      if (report.failure === undefined) return false
      failures++
      if (!isJson && without === undefined && failures <= mostShown)
        process.stdout.write(`${describeFailure(report, without)}\n\n`)
      return without !== undefined
    },
  })
  return reports.toSorted((a, b) => a.seed - b.seed)
}

async function simulate(options: Options): Promise<number> {
  const begin = performance.now()
  const reports = await reportsOf(options, options.without === undefined ? 150 : 40)
  const failed = reports.filter(({ failure }) => failure !== undefined)
  const totals = totalsOf(reports, (performance.now() - begin) / 1000)
  if (options.isJson) {
    const failures = failed.map(({ seed, failure }) => ({ seed, ...failure }))
    process.stdout.write(`${JSON.stringify({ ...totals, failures })}\n`)
  } else {
    const [first] = failed
    if (first !== undefined && options.without !== undefined)
      process.stdout.write(`${describeFailure(first, options.without)}\n\n`)
    if (failed.length > mostShown)
      process.stdout.write(`seeds that failed: ${failed.map(({ seed }) => seed).join(' ')}\n`)
    process.stdout.write(`${describeTotals(totals)}\n`)
  }
  return failed.length > 0 ? 1 : 0
}

/** Every safeguard in turn; 1 where one is not noticed within the seeds. */
async function proveSafeguards(options: Options): Promise<number> {
  process.stdout.write(`${tableHead}\n`)
  let unnoticed = 0
  for (const [name, { means }] of safeguards) {
    const reports = await reportsOf({ ...options, without: name }, 0)
    const first = reports.find(({ failure }) => failure !== undefined)
    if (first === undefined) unnoticed++
    process.stdout.write(`${safeguardRow(name, means, first)}\n`)
  }
  return unnoticed > 0 ? 1 : 0
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      without: { type: 'string' },
      safeguards: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  const [first, count] = [
    Number(values.seed ?? 1),
    Number(values.seeds ?? (values.seed === undefined ? defaultSeeds : 1)),
  ]
  if (![first, count].every((number) => Number.isSafeInteger(number) && number > 0)) throw new TypeError(usage)
  // Here, since a worker could only fail.
  if (values.without !== undefined) safeguardOf(values.without)
  const options = { first, count, without: values.without, isJson: values.json }
  return values.safeguards ? proveSafeguards(options) : simulate(options)
}

try {
  process.exitCode = await main()
} catch (error) {
  const nextStep = error instanceof HostvitalsError && error.nextStep !== undefined ? `\n${error.nextStep}` : ''
  process.stderr.write(`${error instanceof TypeError ? error.message : describeError(error)}${nextStep}\n`)
  process.exitCode = error instanceof HostvitalsError ? error.exitCode : 2
}
