import { deepEqual, equal } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Given, Then, When } from '@cucumber/cucumber'
import { isContinuousIntegration } from '../../support/servers.ts'
import { inContainer, whyNoContainers } from '../../support/container.ts'
import { networkCard } from '../../support/network-card.ts'
import { until } from '../../support/until.ts'
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

Given(
  'a machine {string}, up for a day, whose threads have changed {int} times since',
  async function counting(this: HostvitalsWorld, name: string, changes: number) {
    const folder = join(await this.folder(), name)
    await buildMachine(folder, name)
    await writeKernel(folder, { btime: Math.floor(Date.now() / 1000) - 86_400, ctxt: changes })
  },
)

When(
  'the threads of {string} have changed {int} times',
  async function changed(this: HostvitalsWorld, name: string, changes: number) {
    await writeKernel(join(await this.folder(), name), { ctxt: changes })
  },
)

When(
  'the machine {string} is started anew, and its threads change {int} times',
  async function rebooted(this: HostvitalsWorld, name: string, changes: number) {
    // The kernel tells whole seconds: one that lies after what was measured and before what will be.
    const btime = Math.ceil(Date.now() / 1000)
    await until('the second of the boot', async () => Date.now() > btime * 1000 || undefined)
    await writeKernel(join(await this.folder(), name), { btime, ctxt: changes })
  },
)

When(
  'I measure the machine {string} for {int} seconds',
  async function measure(this: HostvitalsWorld, name: string, seconds: number) {
    const roots = `--procfs ${name}/proc --sysfs ${name}/sys --rootfs ${name}`
    const command = `hostvitals up --for ${seconds}s --interval 1s --data state --store ${this.database.url} ${roots}`
    this.ending = await this.start(command, { cwd: await this.folder() }).ending()
    equal(this.ending.code, 0, this.ending.stderr)
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

/** What the kernel of a machine says in /proc/stat from now on: when it booted, and how often threads changed since. */
async function writeKernel(folder: string, says: { readonly btime?: number; readonly ctxt: number }): Promise<void> {
  const path = join(folder, 'proc/stat')
  let text = await readFile(path, 'utf8')
  for (const [name, value] of Object.entries(says))
    text = text.replace(new RegExp(`^${name} .*$`, 'm'), `${name} ${value}`)
  await writeFile(path, text)
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
