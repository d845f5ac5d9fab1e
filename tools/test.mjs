// `npm test`: everything, on real servers. Vitest (unit, types, integration), then the feature files, then one plain line.
//   npm test                    all of it
//   npm test -- src/spool       only the vitest files whose path contains this
//   npm run report              all of it with the coverage of src/, printed
// The servers are started once and shared by both runners through the environment.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isContinuousIntegration, serverEnvironment, serverKeys, Servers } from '../test/support/servers.ts'

const root = join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const filters = args.filter((arg) => !arg.startsWith('-'))
const isEverything = filters.length === 0
const results = mkdtempSync(join(tmpdir(), 'hostvitals-results-'))
const servers = new Servers()
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort())

/** Runs a tool of node_modules to its end; its exit code, or 1 when a signal ended it. */
function run(script, toolArgs, env) {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...toolArgs], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal: interrupted.signal,
    killSignal: 'SIGINT',
  })
  return new Promise((resolve) => {
    child.once('error', () => undefined)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

async function vitest(env) {
  const file = join(results, 'vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await run('vitest/vitest.mjs', ['run', ...reporters, ...args], env)
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  const counted = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
  return withExitCode(counted, code)
}

async function features(env) {
  const file = join(results, 'features.ndjson')
  const code = await run('@cucumber/cucumber/bin/cucumber.js', ['--format', `message:${file}`], env)
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
  return withExitCode(countScenarios(readFileSync(file, 'utf8')), code)
}

/** A scenario has failed when one of its steps neither passed nor was skipped. */
function countScenarios(messages) {
  const scenarios = new Map()
  for (const line of messages.split('\n').filter(Boolean)) {
    const { testStepFinished, testCaseStarted } = JSON.parse(line)
    if (testCaseStarted) scenarios.set(testCaseStarted.id, new Set())
    if (testStepFinished) scenarios.get(testStepFinished.testCaseStartedId).add(testStepFinished.testStepResult.status)
  }
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const statuses of scenarios.values()) {
    if ([...statuses].some((status) => status !== 'PASSED' && status !== 'SKIPPED')) count.failed++
    else if (statuses.has('SKIPPED')) count.skipped++
    else count.passed++
  }
  return count
}

/** A runner that fails without a failed test (a file that does not load, a stray rejection) has failed all the same. */
function withExitCode(count, code) {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

function hasFeatures() {
  return readdirSync(join(root, 'test/features'), { recursive: true }).some((path) => path.endsWith('.feature'))
}

// Checks that `.ci/run` made before and that failed: each counts as one failure in the last line.
const total = { passed: 0, failed: Number(process.env.FAILED_BEFORE ?? 0), skipped: 0 }
function add(count) {
  for (const key of Object.keys(total)) total[key] += count[key]
}

try {
  const env = isEverything ? serverEnvironment(await servers.addresses(serverKeys)) : {}
  add(await vitest(env))
  if (isEverything && hasFeatures() && !interrupted.signal.aborted) add(await features(env))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  total.failed++
} finally {
  await servers.stop()
  rmSync(results, { recursive: true, force: true })
}

if (total.skipped > 0) {
  process.stdout.write(`\n${total.skipped} skipped${isContinuousIntegration() ? ': in CI a skip is a failure' : ''}\n`)
  if (isContinuousIntegration()) total.failed += total.skipped
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = interrupted.signal.aborted ? 130 : total.failed > 0 || total.passed === 0 ? 1 : 0
