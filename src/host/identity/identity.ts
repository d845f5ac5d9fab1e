import type { Disk } from '../../runtime/disk.ts'
import { describeError, StateFolderError } from '../../runtime/errors.ts'
import type { Emit } from '../../runtime/events.ts'
import type { Random } from '../../runtime/random.ts'
import { uuidBytes, uuidText } from '../../runtime/uuid.ts'
import { compareMarks, parseMarks, type MachineMarks } from './marks.ts'

/** Who this agent is. */
export interface Identity {
  readonly agentUid: string
  /** The uid that this one took the place of: the disk turned out to be a copy. */
  readonly replacesUid?: string
}

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
  /** What was seen of the machine last; of what cannot be read now, what was seen before. */
  readonly marks: MachineMarks
}

const fileName = 'agent.json'

/**
 * The identity in the state folder, made at the first start. A machine that differs from the kept one in two marks or more,
 * and in all that both can be read of, is a copied disk: a new uid is made, which says what it replaces. Any other difference
 * is told once and is then what the machine looks like, so that two that come one after the other are no copy. Throws
 * StateFolderError where the file cannot be used.
 */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { stateFolder, configuredUid, marks, random, emit } = options
  // uuidBytes checks what a person wrote.
  if (configuredUid !== undefined) return { agentUid: uuidText(uuidBytes(configuredUid)) }
  const kept = await read(options)
  if (kept === undefined) return keep(options, { agentUid: uuidText(random.bytes(16)), marks })
  const { differing, isOtherMachine } = compareMarks(kept.marks, marks)
  if (isOtherMachine) {
    const replaces = kept.agentUid
    const identity = await keep(options, { agentUid: uuidText(random.bytes(16)), replacesUid: replaces, marks })
    const reason = `${stateFolder} was copied from another machine (${differing.join(', ')} differ)`
    emit('identity.changed', { agentUid: identity.agentUid, replaces, reason })
    return identity
  }
  for (const component of differing) emit('identity.noted', { component })
  const { marks: before, ...identity } = kept
  await remember(options, { ...identity, marks: { ...before, ...marks } }, before)
  return identity
}

/** Keeps what was seen. An agent whose disk is full lives on: it only compares with what was seen before. */
async function remember(options: IdentityOptions, kept: Kept, before: MachineMarks): Promise<void> {
  if (JSON.stringify(kept.marks) === JSON.stringify(before)) return
  try {
    await keep(options, kept)
  } catch (error) {
    options.emit('identity.unkept', { reason: describeError(error) })
  }
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
  const replacesUid =
    'replacesUid' in value && typeof value.replacesUid === 'string' ? { replacesUid: value.replacesUid } : {}
  return { agentUid: value.agentUid, ...replacesUid, marks: parseMarks('marks' in value ? value.marks : undefined) }
}

/** Written beside and renamed, synced: a power cut leaves the old file or the new one, whole. */
async function keep({ stateFolder, disk }: IdentityOptions, kept: Kept): Promise<Identity> {
  const path = `${stateFolder}/${fileName}`
  const bytes = Buffer.from(`${JSON.stringify(kept, undefined, 2)}\n`)
  try {
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
  } catch (error) {
    throw new StateFolderError(`${path} cannot be written: ${describeError(error)}`, {
      cause: error,
      nextStep: 'make room on the disk, and the folder writable for this user',
    })
  }
  const { marks: _marks, ...identity } = kept
  return identity
}
