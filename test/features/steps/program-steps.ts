import { deepEqual, equal, ok } from 'node:assert/strict'
import { Then, When } from '@cucumber/cucumber'
import { until } from '../../support/until.ts'
import type { HostvitalsWorld } from '../support/world.ts'

When('I run {string}', async function run(this: HostvitalsWorld, command: string) {
  this.ending = await this.start(command, { cwd: await this.folder() }).ending()
})

When('I start {string}', async function start(this: HostvitalsWorld, command: string) {
  this.start(command, { cwd: await this.folder() })
})

When('I stop {string} by Ctrl-C', async function stop(this: HostvitalsWorld, command: string) {
  this.ending = await this.running(command).stop('SIGINT')
})

When('{string} is killed', async function kill(this: HostvitalsWorld, command: string) {
  this.ending = await this.running(command).stop('SIGKILL')
})

Then('{string} says {string}', async function says(this: HostvitalsWorld, command: string, text: string) {
  await saysSince(this, command, text, 60_000)
})

Then(
  'within {int} seconds {string} says {string}',
  async function saysInTime(this: HostvitalsWorld, seconds: number, command: string, text: string) {
    const atMs = await saysSince(this, command, text, 60_000)
    ok(atMs - this.momentMs <= seconds * 1000, `it took ${atMs - this.momentMs} ms`)
  },
)

Then('it ends with status {int}', function status(this: HostvitalsWorld, code: number) {
  const { stdout, stderr } = this.said()
  equal(this.said().code, code, `${stdout}${stderr}`)
})

Then('it prints {string}', function prints(this: HostvitalsWorld, text: string) {
  ok(this.said().stdout.includes(text), `it printed:\n${this.said().stdout}`)
})

Then('it does not print {string}', function printsNot(this: HostvitalsWorld, text: string) {
  ok(!this.said().stdout.includes(text), `it printed:\n${this.said().stdout}`)
})

Then('it complains {string}', function complains(this: HostvitalsWorld, text: string) {
  ok(this.said().stderr.includes(text), `it complained:\n${this.said().stderr}`)
})

Then('it prints nothing', function printsNothing(this: HostvitalsWorld) {
  deepEqual(this.said().stdout, '')
})

Then('it complains about nothing', function complainsNothing(this: HostvitalsWorld) {
  deepEqual(this.said().stderr, '')
})

/** Waits for a line of its log that was written since the scenario last did something; when that was, Unix milliseconds. */
async function saysSince(world: HostvitalsWorld, command: string, text: string, timeoutMs: number): Promise<number> {
  const program = world.running(command)
  return until(
    () => `'${text}' from ${command}, which said:\n${program.stdout}${program.stderr}`,
    async () => {
      const lines = program.stdout.split('\n').slice(0, -1)
      const times = lines.filter((line) => line.includes(text)).map((line) => timeOf(line))
      return times.find((timeMs) => timeMs >= world.momentMs)
    },
    timeoutMs,
  )
}

/** Every line of a role that is no terminal is JSON with its time; anything else is a fault. */
function timeOf(line: string): number {
  const parsed: unknown = JSON.parse(line)
  if (typeof parsed === 'object' && parsed !== null && 'time' in parsed) return Date.parse(String(parsed.time))
  throw new Error(`this line of the log has no time: ${line}`)
}
