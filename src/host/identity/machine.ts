import { createHmac } from 'node:crypto'
import { arch, hostname, release, type } from 'node:os'
import { join } from 'node:path'
import type { HostRoots } from '../../metric/metric.ts'
import type { Attributes } from '../../metric/sample.ts'
import { uuidText } from '../../runtime/uuid.ts'
import { type Cloud, cloudOf } from './cloud.ts'
import { isMountPoint } from '../container/container-storage.ts'
import { type Container, findContainer } from './container.ts'
import { readDmi } from './dmi.ts'
import { knownId } from './known-id.ts'
import { type MachineMarks, markOf } from './marks.ts'
import { physicalMacs } from './network-cards.ts'
import { parseBootTime } from '../proc/boot-time.ts'
import { readOptional } from './read-optional.ts'

/** What this machine is called and is, as OpenTelemetry resource attributes, and what tells it from a copy. */
export interface Machine {
  readonly name: string
  readonly resource: Attributes
  readonly marks: MachineMarks
  readonly bootedAtMs?: number
  /** The container that the agent itself runs in. */
  readonly container?: Container
}

/** How to look at it. */
export interface MachineOptions {
  /** The environment of this process: whether it is in a container, and which. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** `host.id` as the machine-id itself instead of its hash. */
  readonly isIdRaw?: boolean
  /** Where this process's own `/` is: another folder in tests. */
  readonly ownRoot?: string
}

/** Looks at the machine under these roots, and at the container that looks; what cannot be read is left out. */
export async function describeMachine(roots: HostRoots, options: MachineOptions = {}): Promise<Machine> {
  const { env = {}, isIdRaw = false, ownRoot = '/' } = options
  const container = await findContainer(ownRoot, env)
  const [machineId, dmi, macs, stat, name] = await Promise.all([
    readMachineId(roots, ownRoot, container),
    readDmi(roots.sys),
    physicalMacs(roots.sys),
    readOptional(join(roots.proc, 'stat')),
    readName(roots),
  ])
  const cloud = await readCloud(roots, dmi)
  const marks = [
    ['machine-id', machineId],
    ['instance-id', knownId(cloud.instanceId)],
    ['product-uuid', knownId(dmi.product_uuid)],
  ] as const
  return {
    name,
    resource: {
      ...(machineId === undefined ? {} : { 'host.id': isIdRaw ? machineId : hashedId(machineId) }),
      'host.arch': arch() === 'x64' ? 'amd64' : arch(),
      'os.type': type().toLowerCase(),
      'os.version': release(),
      ...cloud.attributes,
      ...(container?.id === undefined ? {} : { 'container.id': container.id }),
    },
    marks: {
      ...Object.fromEntries(marks.flatMap(([mark, value]) => (value === undefined ? [] : [[mark, markOf(value)]]))),
      ...(macs.length === 0 ? {} : { mac: macs.map(markOf) }),
    },
    ...(stat === undefined ? {} : { bootedAtMs: parseBootTime(Buffer.from(stat)) }),
    ...(container === undefined ? {} : { container }),
  }
}

/** HMAC of the machine-id as a UUID, as machine-id(5) asks of programs that publish it. */
function hashedId(machineId: string): string {
  return uuidText(createHmac('sha256', machineId).update('hostvitals host.id').digest().subarray(0, 16))
}

/**
 * The host's. What an image brings in /etc/machine-id, all its containers have, and some runtimes write the container's id
 * there: in one it counts only where it was mounted.
 */
async function readMachineId(
  { root }: HostRoots,
  ownRoot: string,
  container: Container | undefined,
): Promise<string | undefined> {
  const file = 'etc/machine-id'
  if (root === '/' && container?.kind === 'application') {
    const isMounted = isMountPoint(container.mountinfo, `/${file}`)
    return firstKnown([join(ownRoot, 'host', file), ...(isMounted ? [join(ownRoot, file)] : [])])
  }
  const base = root === '/' ? ownRoot : root
  return firstKnown([join(base, file), join(base, 'var/lib/dbus/machine-id')])
}

async function firstKnown(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const id = knownId(await readOptional(path))
    if (id !== undefined) return id
  }
  return undefined
}

/** A container's own name is not that of the host whose root is mounted in it. */
async function readName({ root }: HostRoots): Promise<string> {
  if (root === '/') return hostname()
  // Source: hostname(5): one line, comments and blank ones aside.
  const lines = (await readOptional(join(root, 'etc/hostname')))?.split('\n').map((line) => line.trim()) ?? []
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? hostname()
}

async function readCloud({ root }: HostRoots, dmi: Awaited<ReturnType<typeof readDmi>>): Promise<Cloud> {
  const [instanceData, instanceId] = await Promise.all([
    readOptional(join(root, 'run/cloud-init/instance-data.json')),
    readOptional(join(root, 'var/lib/cloud/data/instance-id')),
  ])
  return cloudOf(dmi, {
    ...(instanceData === undefined ? {} : { instanceData }),
    ...(instanceId === undefined ? {} : { instanceId }),
  })
}
