import { describe, expect, it } from 'vitest'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import type { Emit } from '../runtime/events.ts'
import { openIdentity, type MachineMarks } from './identity.ts'

function counting(): { readonly bytes: (length: number) => Uint8Array; readonly unit: () => number } {
  let next = 0
  return { bytes: (length) => new Uint8Array(length).fill(++next), unit: () => 0.5 }
}

const first: MachineMarks = { 'machine-id': 'a', 'product-uuid': 'b', mac: 'c' }

describe('an identity', () => {
  it.each<[string, MachineMarks, boolean, readonly string[]]>([
    ['the same machine', first, true, []],
    ['a new network card', { ...first, mac: 'z' }, true, ['identity.noted']],
    ['a machine-id made anew', { ...first, 'machine-id': 'z' }, true, ['identity.noted']],
    ['nothing that can be read', {}, true, []],
    ['one mark that can be read, and differs', { mac: 'z' }, true, ['identity.noted']],
    ['two of three differ', { ...first, mac: 'z', 'product-uuid': 'z' }, true, ['identity.noted', 'identity.noted']],
    ['a copied disk', { 'machine-id': 'x', 'product-uuid': 'y', mac: 'z' }, false, ['identity.changed']],
    ['a copied disk in a container', { 'machine-id': 'x', mac: 'z' }, false, ['identity.changed']],
  ])('%s', async (_name, marks, isKept, expected) => {
    const events: string[] = []
    const emit: Emit = (name) => void events.push(name)
    const disk = new MemoryDisk()
    const random = counting()
    const before = await openIdentity({ stateFolder: 's', marks: first, disk, random, emit })
    const after = await openIdentity({ stateFolder: 's', marks, disk, random, emit })
    expect(after.agentUid === before.agentUid).toBe(isKept)
    expect(after.replacesUid).toBe(isKept ? undefined : before.agentUid)
    expect(events).toEqual(expected)
    expect(await openIdentity({ stateFolder: 's', marks, disk, random, emit })).toEqual(after)
  })

  it('is the configured one where one is given', async () => {
    const configuredUid = '00112233-4455-6677-8899-AABBCCDDEEFF'
    const identity = await openIdentity({
      stateFolder: 's',
      configuredUid,
      marks: {},
      disk: new MemoryDisk(),
      random: counting(),
      emit: () => undefined,
    })
    expect(identity).toEqual({ agentUid: configuredUid.toLowerCase() })
  })
})
