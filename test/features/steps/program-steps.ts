import { deepEqual, equal, ok } from 'node:assert/strict'
import { Then, When } from '@cucumber/cucumber'
import type { HostvitalsWorld } from '../support/world.ts'

When('I run {string}', async function run(this: HostvitalsWorld, command: string) {
  const [program, ...args] = command.split(' ')
  equal(program, 'hostvitals')
  this.ending = await this.start(args, { cwd: await this.folder() }).ending()
})

Then('it ends with status {int}', function status(this: HostvitalsWorld, code: number) {
  const { stdout, stderr } = this.said()
  equal(this.said().code, code, `${stdout}${stderr}`)
})

Then('it prints {string}', function prints(this: HostvitalsWorld, text: string) {
  ok(this.said().stdout.includes(text), `it printed:\n${this.said().stdout}`)
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
