import { deepEqual, equal } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Given, Then, When } from '@cucumber/cucumber'
import { isContinuousIntegration } from '../../support/servers.ts'
import { inContainer, whyNoContainers } from '../../support/container.ts'
import { networkCard } from '../../support/network-card.ts'
import type { HostvitalsWorld } from '../support/world.ts'

const fixture = join(import.meta.dirname, '../../fixtures/hosts/debian-vm/proc')

Given('the machines {string} and {string}', async function machines(this: HostvitalsWorld, one: string, other: string) {
  for (const name of [one, other]) await buildMachine(join(await this.folder(), name), name)
})

When(
  'the network card of {string} is the one of {string}',
  async function card(this: HostvitalsWorld, to: string, from: string) {
    await copyFile(this, from, to, 'sys/class/net/eth0/address')
  },
)

When(
  'the machine-id of {string} is the one of {string}',
  async function id(this: HostvitalsWorld, to: string, from: string) {
    await copyFile(this, from, to, 'etc/machine-id')
  },
)

When(/^(?:a|another) container runs "(.*)"$/, async function runs(this: HostvitalsWorld, command: string) {
  return runInContainer(this, command, {})
})

When(
  /^(?:a|another) container that is told "(\w+)=(.*)" runs "(.*)"$/,
  async function told(this: HostvitalsWorld, variable: string, value: string, command: string) {
    return runInContainer(this, command, { env: { [variable]: value } })
  },
)

When(
  /^(?:a|another) container with "(\w+)" under \/host runs "(.*)"$/,
  async function withHost(this: HostvitalsWorld, machine: string, command: string) {
    return runInContainer(this, command, { host: machine })
  },
)

Then(
  "the document's host is called {string} and has the id that {string} has by itself",
  async function sameId(this: HostvitalsWorld, name: string, machine: string) {
    const inside = hostOf(this.said().stdout)
    const command = `hostvitals scrape --json --procfs ${machine}/proc --sysfs ${machine}/sys --rootfs ${machine}`
    const outside = hostOf((await this.start(command, { cwd: await this.folder() }).ending()).stdout)
    deepEqual([inside.name, outside.name], [name, name])
    equal(inside.id, outside.id)
    equal(typeof inside.id, 'string')
  },
)

/** The scenario's folder is mounted as /kept: all else is gone with the container. */
async function runInContainer(
  world: HostvitalsWorld,
  command: string,
  { env = {}, host }: { readonly env?: Readonly<Record<string, string>>; readonly host?: string },
): Promise<'skipped' | undefined> {
  const reason = whyNoContainers()
  if (reason !== undefined) {
    if (isContinuousIntegration()) throw new Error(reason)
    process.stderr.write(`skipped: ${reason}\n`)
    return 'skipped'
  }
  const folder = await world.folder()
  const mounts = { '/kept': folder, ...(host === undefined ? {} : { '/host': join(folder, host) }) }
  // There are no certificates in the container for what this machine's Node is told to trust.
  const within = ['env', '-u', 'NODE_EXTRA_CA_CERTS', ...inContainer(folder, mounts)]
  world.ending = await world.start(command, { cwd: folder, within, env }).ending()
  return undefined
}

/** A machine that differs from every other in all that can be seen; its kernel's figures are those of a captured one. */
async function buildMachine(folder: string, name: string): Promise<void> {
  const digest = createHash('sha256').update(name).digest('hex')
  const digits = (from: number, to: number): string => digest.slice(from, to)
  const uuid = [digits(0, 8), digits(8, 12), digits(12, 16), digits(16, 20), digits(20, 32)].join('-')
  const files = {
    'etc/hostname': `${name}\n`,
    'etc/machine-id': `${digits(32, 64)}\n`,
    'sys/class/dmi/id/product_uuid': `${uuid}\n`,
    ...networkCard('eth0', `0c:c4:7a:${digits(0, 2)}:${digits(2, 4)}:${digits(4, 6)}`),
  }
  await cp(fixture, join(folder, 'proc'), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

async function copyFile(world: HostvitalsWorld, from: string, to: string, path: string): Promise<void> {
  const folder = await world.folder()
  await writeFile(join(folder, to, path), await readFile(join(folder, from, path)))
}

function hostOf(stdout: string): { readonly name: string; readonly id: unknown } {
  // The form of `scrape --json`.
  const { host } = JSON.parse(stdout) as {
    readonly host: { readonly name: string; readonly resource: { readonly 'host.id'?: string } }
  }
  return { name: host.name, id: host.resource['host.id'] }
}
