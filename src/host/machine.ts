import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { arch, hostname, networkInterfaces, release, type } from 'node:os'
import type { HostRoots } from '../metric/metric.ts'
import type { Attributes } from '../metric/sample.ts'
import { uuidText } from '../runtime/uuid.ts'
import { markOf, type MachineMarks } from './identity.ts'
import { parseBootTime } from './proc/boot-time.ts'

/** What this machine is called and is, as OpenTelemetry resource attributes, and what tells it from a copy. */
export interface Machine {
  readonly name: string
  readonly resource: Attributes
  readonly marks: MachineMarks
  readonly bootedAtMs?: number
}

/** Looks at the machine; what cannot be read is left out. */
export async function describeMachine(roots: HostRoots): Promise<Machine> {
  const inRoot = (path: string): string => (roots.root === '/' ? path : `${roots.root}${path}`)
  const machineId = knownId(await readOrNothing(inRoot('/etc/machine-id')))
  const productUuid = knownId(await readOrNothing(`${roots.sys}/class/dmi/id/product_uuid`))
  const mac = roots.root === '/' ? firstMac() : undefined
  const stat = await readOrNothing(`${roots.proc}/stat`)
  return {
    name: hostname(),
    resource: {
      ...(machineId === undefined ? {} : { 'host.id': hostId(machineId) }),
      'host.arch': arch() === 'x64' ? 'amd64' : arch(),
      'os.type': type().toLowerCase(),
      'os.version': release(),
    },
    marks: {
      ...(machineId === undefined ? {} : { 'machine-id': markOf(machineId) }),
      ...(productUuid === undefined ? {} : { 'product-uuid': markOf(productUuid) }),
      ...(mac === undefined ? {} : { mac: markOf(mac) }),
    },
    ...(stat === undefined ? {} : { bootedAtMs: parseBootTime(Buffer.from(stat)) }),
  }
}

/** HMAC of the machine-id as a UUID, as machine-id(5) asks of programs that publish it. */
function hostId(machineId: string): string {
  return uuidText(createHmac('sha256', machineId).update('hostvitals host.id').digest().subarray(0, 16))
}

/** Ids that every machine of a kind has are no evidence. */
function knownId(text: string | undefined): string | undefined {
  const id = text?.trim().toLowerCase()
  return id === undefined ||
    id === '' ||
    id === 'uninitialized' ||
    /^[0-]+$|^[f-]+$|^03000200-0400-0500-0006-000700080009$/.test(id)
    ? undefined
    : id
}

function firstMac(): string | undefined {
  const macs = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ mac }) => mac)
    // Locally administered addresses (the second bit of the first byte) are made up at each start of a container.
    .filter((mac) => mac !== '00:00:00:00:00:00' && (Number.parseInt(mac.slice(0, 2), 16) & 2) === 0)
  return macs.sort((a, b) => (a < b ? -1 : 1))[0]
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // Not there or not ours to read: a component that cannot be read is no evidence.
    return undefined
  }
}
