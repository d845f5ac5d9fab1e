import { describe, expect, it } from 'vitest'
import { MemoryDisk } from '../../../test/support/memory-disk.ts'
import type { Emit } from '../../runtime/events.ts'
import { openIdentity } from './identity.ts'
import type { MachineMarks } from './marks.ts'

function counting(from = 0): { readonly bytes: (length: number) => Uint8Array; readonly unit: () => number } {
  let next = from
  return { bytes: (length) => new Uint8Array(length).fill(++next), unit: () => 0.5 }
}

/** A state folder, and the starts of agents on machines that look like this. */
class StateFolder {
  readonly disk: MemoryDisk
  readonly #random: ReturnType<typeof counting>

  constructor(disk = new MemoryDisk(), from = 0) {
    this.disk = disk
    this.#random = counting(from)
  }

  async start(marks: MachineMarks) {
    const told: string[] = []
    const emit: Emit = (name, data) => void told.push('component' in data ? `${name} ${String(data.component)}` : name)
    const identity = await openIdentity({ stateFolder: 's', marks, disk: this.disk, random: this.#random, emit })
    return { ...identity, told }
  }
}

/** Full once the file has been read. */
const isFull = (step: number): 'no-space' | undefined => (step > 2 ? 'no-space' : undefined)

const first: MachineMarks = { 'machine-id': 'a', 'instance-id': 'i', 'product-uuid': 'b', mac: ['c', 'd'] }
const other: MachineMarks = { 'machine-id': 'x', 'instance-id': 'w', 'product-uuid': 'y', mac: ['z'] }
const pick = (marks: MachineMarks, ...names: readonly (keyof MachineMarks)[]): MachineMarks =>
  Object.fromEntries(names.map((name) => [name, marks[name]]))

describe('an identity', () => {
  it.each<[string, MachineMarks, MachineMarks, 'same' | 'new', readonly string[]]>([
    ['the same machine', first, first, 'same', []],
    ['a network card more, in another order', first, { ...first, mac: ['e', 'd', 'c'] }, 'same', []],
    ['one of two network cards changed', first, { ...first, mac: ['c', 'z'] }, 'same', []],
    ['all network cards changed', first, { ...first, mac: ['z'] }, 'same', ['identity.noted mac']],
    ['a machine-id made anew', first, { ...first, 'machine-id': 'z' }, 'same', ['identity.noted machine-id']],
    ['nothing that can be read', first, {}, 'same', []],
    ['nothing could be read then', {}, other, 'same', []],
    ['no mark that was read both times', pick(first, 'machine-id'), pick(other, 'product-uuid', 'mac'), 'same', []],
    ['one that was read both times, and differs', first, { mac: ['z'] }, 'same', ['identity.noted mac']],
    [
      'one that was read both times, of two',
      pick(first, 'machine-id', 'mac'),
      pick(other, 'mac', 'product-uuid'),
      'same',
      ['identity.noted mac'],
    ],
    [
      'all but one differ',
      first,
      { ...other, 'machine-id': 'a' },
      'same',
      ['identity.noted instance-id', 'identity.noted product-uuid', 'identity.noted mac'],
    ],
    ['a copied disk', first, other, 'new', ['identity.changed']],
    ['a copied disk, of which two can be read', first, pick(other, 'machine-id', 'mac'), 'new', ['identity.changed']],
    ['a copied disk of a plain user', pick(first, 'machine-id', 'mac'), other, 'new', ['identity.changed']],
    [
      'an image of a cloud, started again',
      first,
      pick(other, 'instance-id', 'product-uuid'),
      'new',
      ['identity.changed'],
    ],
  ])('%s', async (_name, marks, later, expected, told) => {
    const folder = new StateFolder()
    const before = await folder.start(marks)
    const after = await folder.start(later)
    expect(after.agentUid === before.agentUid ? 'same' : 'new').toBe(expected)
    expect(after.replacesUid).toBe(expected === 'same' ? undefined : before.agentUid)
    expect(after.told).toEqual(told)
    expect(await folder.start(later), 'what was told once is known').toEqual({ ...after, told: [] })
  })

  it('stays through two differences that come one after the other', async () => {
    const folder = new StateFolder()
    const { agentUid } = await folder.start(pick(first, 'machine-id', 'mac'))
    const starts = [
      { 'machine-id': 'a', mac: ['z'] },
      { mac: ['z'] },
      { 'machine-id': 'x', mac: ['z'] },
      pick(other, 'machine-id'),
      other,
    ]
    const told: string[] = []
    for (const marks of starts) {
      const identity = await folder.start(marks)
      expect(identity.agentUid).toBe(agentUid)
      told.push(...identity.told)
    }
    expect(told).toEqual(['identity.noted mac', 'identity.noted machine-id'])
  })

  it('is told from a copy also by what was read first at a later start, and by what was read only before', async () => {
    const folder = new StateFolder()
    const before = await folder.start(pick(first, 'machine-id'))
    await folder.start(pick(first, 'mac'))
    const copy = await folder.start(pick(other, 'machine-id', 'mac'))
    expect(copy).toMatchObject({ replacesUid: before.agentUid, told: ['identity.changed'] })
    const copyOfCopy = await folder.start(first)
    expect(copyOfCopy).toMatchObject({ replacesUid: copy.agentUid, told: ['identity.changed'] })
  })

  it('is not tied to the name of the machine, and two machines of one image are two', async () => {
    const image = new StateFolder()
    const { agentUid } = await image.start(first)
    const clones = [image.disk, image.disk].map(
      (disk, at) =>
        new StateFolder(
          disk.powerCut(() => 0),
          10 * (at + 1),
        ),
    )
    const looks = [other, { ...other, 'machine-id': 'q', mac: ['r'] }]
    const started = await Promise.all(clones.map((clone, at) => clone.start(looks[at] ?? {})))
    expect(started.map(({ replacesUid }) => replacesUid)).toEqual([agentUid, agentUid])
    expect(new Set([agentUid, ...started.map((clone) => clone.agentUid)])).toHaveProperty('size', 3)
  })

  it('reads the file of an earlier version, which knew one network card', async () => {
    const folder = new StateFolder()
    const agentUid = '00112233-4455-6677-8899-aabbccddeeff'
    const file = await folder.disk.open('s/agent.json', 'create')
    await file.write(0, Buffer.from(JSON.stringify({ agentUid, marks: { 'machine-id': 'a', mac: 'd', odd: 1 } })))
    await file.sync()
    expect(await folder.start(first)).toEqual({ agentUid, told: [] })
    expect(await folder.start(other)).toMatchObject({ replacesUid: agentUid })
  })

  it('is kept on a full disk, and the difference told again when there is room', async () => {
    const before = new StateFolder()
    const { agentUid } = await before.start(first)
    const full = new StateFolder(before.disk.powerCut(() => 0, isFull))
    const changed = { ...first, mac: ['z'] }
    expect(await full.start(changed)).toEqual({ agentUid, told: ['identity.noted mac', 'identity.unkept'] })
    const mended = new StateFolder(full.disk.powerCut(() => 0))
    expect(await mended.start(changed)).toEqual({ agentUid, told: ['identity.noted mac'] })
    const copied = new StateFolder(before.disk.powerCut(() => 0, isFull))
    await expect(copied.start(other)).rejects.toThrow('s/agent.json cannot be written')
  })

  it('is the configured one where one is given, and the folder is left alone', async () => {
    const configuredUid = '00112233-4455-6677-8899-AABBCCDDEEFF'
    const disk = new MemoryDisk()
    const identity = await openIdentity({
      stateFolder: 's',
      configuredUid,
      marks: {},
      disk,
      random: counting(),
      emit: () => undefined,
    })
    expect(identity).toEqual({ agentUid: configuredUid.toLowerCase() })
    expect(disk.steps).toBe(0)
  })
})
