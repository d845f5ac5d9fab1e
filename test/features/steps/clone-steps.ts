import { deepEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Then } from '@cucumber/cucumber'
import type { ListedHost } from '../../../src/query/host/host-list.ts'
import { until } from '../../support/until.ts'
import type { HostvitalsWorld } from '../support/world.ts'

Then("what was read before the cloning is all the original's", async function originals(this: HostvitalsWorld) {
  const rows = await this.database.sql(
    `SELECT DISTINCT h.agent_uid AS uid FROM ${this.table('sample')} s JOIN ${this.table('host')} h ON h.host_id = s.host_id
      WHERE s.metric = 'reading' AND s.value <= ${this.readingsBeforeCloning}`,
  )
  deepEqual(
    rows.map(({ uid }) => uid),
    [await uidIn(this, 'state')],
  )
})

Then('the copy is listed as a host that replaces the original', async function lists(this: HostvitalsWorld) {
  const [original, copy] = [await uidIn(this, 'state'), await uidIn(this, 'clone/state')]
  const name = 'counting-house'
  const found = await until('the copy and what it replaces', async () => {
    const hosts = (await hostsOf(this)).filter((host) => host.name === name)
    return hosts.some(({ replaces }) => replaces !== null) ? hosts : undefined
  })
  const links = found.map(({ agentUid, replaces, replacedBy }) => [agentUid, { replaces, replacedBy }] as const)
  deepEqual(
    new Map(links),
    new Map([
      [original, { replaces: null, replacedBy: [{ name, agentUid: copy }] }],
      [copy, { replaces: { name, agentUid: original }, replacedBy: [] }],
    ]),
  )
})

Then('no host has two runs at once', async function noTwo(this: HostvitalsWorld) {
  const hosts = await hostsOf(this)
  deepEqual(
    hosts.map(({ hasTwoRuns }) => hasTwoRuns),
    hosts.map(() => false),
  )
})

async function hostsOf(world: HostvitalsWorld): Promise<readonly ListedHost[]> {
  const command = `hostvitals hosts list --json --store ${world.database.url}`
  const { stdout } = await world.start(command, { cwd: await world.folder() }).ending()
  // The form of `hosts list --json`.
  return (JSON.parse(stdout) as { readonly hosts: readonly ListedHost[] }).hosts
}

async function uidIn(world: HostvitalsWorld, stateFolder: string): Promise<string> {
  const text = await readFile(join(await world.folder(), stateFolder, 'agent.json'), 'utf8')
  return (JSON.parse(text) as { readonly agentUid: string }).agentUid
}
