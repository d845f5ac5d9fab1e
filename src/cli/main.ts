#!/usr/bin/env node
import { nodeProblem } from './node-version.ts'
import { startSmall } from './small-heap.ts'

const problem = nodeProblem(process.versions.node)
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`)
  process.exit(1)
}
startSmall(process)

// Imported only now: an old Node would fail on what these files use before it could be told why.
const { runProgram } = await import('./program.ts')
const { processIo } = await import('./process-io.ts')
process.exitCode = await runProgram(process.argv.slice(2), processIo(process))
// A metric that hangs may hold the process for ever; all is closed by now, and what was written goes out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit()))
