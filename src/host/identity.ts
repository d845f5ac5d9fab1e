import { createHmac } from 'node:crypto'
import type { Disk } from '../runtime/disk.ts'
import { describeError, StateFolderError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { Random } from '../runtime/random.ts'
import { uuidBytes, uuidText } from '../runtime/uuid.ts'

/** Who this agent is. */
export interface Identity {
  readonly agentUid: string
  /** The uid that this one took the place of: the disk turned out to be a copy. */
  readonly replacesUid?: string
}

/** What can be seen of the machine, each hashed; what cannot be read is absent. */
export type MachineMarks = Readonly<Partial<Record<'machine-id' | 'product-uuid' | 'mac', string>>>

/** What an identity is made from. */
export interface IdentityOptions {
  readonly stateFolder: string
  /** `host.uid` of the configuration, or HOSTVITALS_HOST_UID: it is then not kept in the folder. */
  readonly configuredUid?: string
  readonly marks: MachineMarks
  readonly disk: Disk
  readonly random: Random
  readonly emit: Emit
}

interface Kept extends Identity {
  readonly marks: MachineMarks
}

const fileName = 'agent.json'

/**
 * The identity in the state folder, made at the first start. A machine that differs from the kept one in two marks or more,
 * and in all that both can be read of, is a copied disk: a new uid is made, which says what it replaces. One that differs is
 * noted only. Throws StateFolderError where the file cannot be used.
 */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { stateFolder, configuredUid, marks, random, emit } = options
  // uuidBytes checks what a person wrote.
  if (configuredUid !== undefined) return { agentUid: uuidText(uuidBytes(configuredUid)) }
  const kept = await read(options)
  if (kept === undefined) return keep(options, { agentUid: uuidText(random.bytes(16)), marks })
  const both = markNames.filter((name) => kept.marks[name] !== undefined && marks[name] !== undefined)
  const differing = both.filter((name) => kept.marks[name] !== marks[name])
  if (differing.length >= 2 && differing.length === both.length) {
    const agentUid = uuidText(random.bytes(16))
    emit('identity.changed', {
      agentUid,
      replaces: kept.agentUid,
      reason: `${stateFolder} was copied from another machine (${differing.join(', ')} differ)`,
    })
    return keep(options, { agentUid, replacesUid: kept.agentUid, marks })
  }
  for (const component of differing) emit('identity.noted', { component })
  const { agentUid, replacesUid } = kept
  return { agentUid, ...(replacesUid === undefined ? {} : { replacesUid }) }
}

const markNames = ['machine-id', 'product-uuid', 'mac'] as const

/** A mark as it is kept: never the raw value, which would tell machines apart for strangers too. */
export function markOf(value: string): string {
  return createHmac('sha256', 'hostvitals machine mark').update(value).digest('hex').slice(0, 32)
}

async function read({ stateFolder, disk }: IdentityOptions): Promise<Kept | undefined> {
  const path = `${stateFolder}/${fileName}`
  try {
    if (!(await disk.list(stateFolder)).includes(fileName)) return undefined
    const file = await disk.open(path, 'read')
    try {
      const text = Buffer.from(await file.read(0, await file.size())).toString()
      return parseKept(JSON.parse(text))
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new StateFolderError(`${path} cannot be used: ${describeError(error)}`, {
      cause: error,
      nextStep: 'restore it from a backup; or move it away, then this machine appears as a new host',
    })
  }
}

function parseKept(value: unknown): Kept {
  if (typeof value !== 'object' || value === null || !('agentUid' in value) || typeof value.agentUid !== 'string') {
    throw new TypeError('it has no agentUid')
  }
  uuidBytes(value.agentUid)
  const found =
    'marks' in value && typeof value.marks === 'object' && value.marks !== null
      ? new Map(Object.entries(value.marks))
      : new Map()
  const marks = Object.fromEntries(
    markNames.flatMap((name) => (typeof found.get(name) === 'string' ? [[name, String(found.get(name))]] : [])),
  )
  const replacesUid =
    'replacesUid' in value && typeof value.replacesUid === 'string' ? { replacesUid: value.replacesUid } : {}
  return { agentUid: value.agentUid, ...replacesUid, marks }
}

/** Written beside and renamed, synced: a power cut leaves the old file or the new one, whole. */
async function keep({ stateFolder, disk }: IdentityOptions, kept: Kept): Promise<Identity> {
  const path = `${stateFolder}/${fileName}`
  const bytes = Buffer.from(`${JSON.stringify(kept, undefined, 2)}\n`)
  await disk.makeFolder(stateFolder)
  if ((await disk.list(stateFolder)).includes(`${fileName}.new`)) await disk.remove(`${path}.new`)
  const file = await disk.open(`${path}.new`, 'create')
  try {
    await file.write(0, bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(`${path}.new`, path)
  await disk.syncFolder(stateFolder)
  const { marks: _marks, ...identity } = kept
  return identity
}
