import { join } from 'node:path'
import { expect, it } from 'vitest'
import { machineTree, type MachineTree } from '../../../test/support/machine-tree.ts'
import { MemoryDisk } from '../../../test/support/memory-disk.ts'
import { networkCard } from '../../../test/support/network-card.ts'
import { ignoreEvents } from '../../runtime/events.ts'
import { systemRandom } from '../../runtime/random.ts'
import { openIdentity } from './identity.ts'
import { describeMachine } from './machine.ts'

/** A machine by what makes it one: its hardware, and what was installed on it. */
function machine({
  hardware,
  install,
  name = 'web-1',
}: {
  readonly hardware: number
  readonly install: number
  readonly name?: string
}): MachineTree {
  const digits = String(hardware).repeat(2)
  return {
    'etc/hostname': `${name}\n`,
    'etc/machine-id': `3d1219c7c4c5404aaa1f6d2a48adfd${install}${install}\n`,
    'sys/class/dmi/id/product_uuid': `4c4c4544-0042-3510-8052-b4c04f4e32${digits}\n`,
    ...networkCard('eno1', `0c:c4:7a:00:00:${digits}`),
  }
}

const own = machine({ hardware: 1, install: 1 })
const cloned = machine({ hardware: 2, install: 2 })

/** The agent of this machine, with this disk as its state folder. */
async function start(files: MachineTree, disk: MemoryDisk) {
  const { roots } = machineTree(files)
  const { marks } = await describeMachine(roots, { ownRoot: join(roots.root, 'nowhere') })
  return openIdentity({ stateFolder: 's', marks, disk, random: systemRandom, emit: ignoreEvents })
}

it.each<[string, MachineTree, 'same' | 'new']>([
  ['a restart', own, 'same'],
  ['a machine that was renamed', machine({ hardware: 1, install: 1, name: 'web-9' }), 'same'],
  ['a machine that was installed anew, its state folder on another disk', machine({ hardware: 1, install: 2 }), 'same'],
  ['a disk that was put into other hardware', machine({ hardware: 2, install: 1 }), 'same'],
  ['a network card more', { ...own, ...networkCard('eno2', '0c:c4:7a:00:01:01') }, 'same'],
  ['another network card', { ...own, ...networkCard('eno1', '0c:c4:7a:00:01:01') }, 'same'],
  ['a virtual machine that was cloned and given a machine-id', cloned, 'new'],
  ['a clone whose uuid a plain user cannot read', { ...cloned, 'sys/class/dmi/id/product_uuid': '' }, 'new'],
  [
    'a clone of which only the network card is seen',
    { ...cloned, 'sys/class/dmi/id/product_uuid': '', 'etc/machine-id': '' },
    'same',
  ],
])('%s', async (_name, files, expected) => {
  const disk = new MemoryDisk()
  const before = await start(own, disk)
  const after = await start(files, disk)
  expect(after.agentUid === before.agentUid ? 'same' : 'new').toBe(expected)
  expect(after.replacesUid).toBe(expected === 'new' ? before.agentUid : undefined)
  expect(await start(files, disk)).toEqual(after)
})

/** Only the machine-id, made anew, and these cards can be seen: what a plain user may read. */
const madeAnew = { 'etc/machine-id': '3d1219c7c4c5404aaa1f6d2a48adfd22\n' }

it.each<[string, MachineTree]>([
  ['none', {}],
  ['a bridge and the end that a container has', { 'sys/class/net/docker0/address': '02:42:00:00:00:01\n' }],
  [
    'a Wi-Fi card that hides itself',
    { ...networkCard('wlan0', '5e:00:00:00:00:01'), 'sys/class/net/wlan0/addr_assign_type': '3\n' },
  ],
  [
    'a card whose address the driver made up',
    { ...networkCard('usb0', '5e:00:00:00:00:02'), 'sys/class/net/usb0/addr_assign_type': '1\n' },
  ],
  ['a card that nobody gave an address', networkCard('eth0', '52:54:00:12:34:56')],
])('a card that is not the hardware’s makes no other host of it: %s', async (_name, cards) => {
  const disk = new MemoryDisk()
  const before = await start({ ...own, 'sys/class/dmi/id/product_uuid': '' }, disk)
  expect(await start({ ...madeAnew, ...cards }, disk)).toEqual(before)
})

it('virtual machines of one image are told apart though QEMU gave all of them one address', async () => {
  const card = networkCard('eth0', '52:54:00:12:34:56')
  const withCard = (files: MachineTree): MachineTree => ({ ...files, ...networkCard('eno1', ''), ...card })
  const disk = new MemoryDisk()
  const image = await start(withCard(own), disk)
  expect(await start(withCard(cloned), disk)).toMatchObject({ replacesUid: image.agentUid })
})

it('two clones that live beside their original are three, and each stays who it is', async () => {
  const disk = new MemoryDisk()
  const original = await start(own, disk)
  const disks = [disk.powerCut(() => 0), disk.powerCut(() => 0)]
  const looks = [cloned, machine({ hardware: 3, install: 3 })]
  const first = await Promise.all(disks.map((each, at) => start(looks[at] ?? {}, each)))
  const again = await Promise.all([start(own, disk), ...disks.map((each, at) => start(looks[at] ?? {}, each))])
  expect(new Set(again.map(({ agentUid }) => agentUid))).toHaveProperty('size', 3)
  expect(again).toEqual([original, ...first])
  expect(first.map(({ replacesUid }) => replacesUid)).toEqual([original.agentUid, original.agentUid])
})

it('two machines of one name are two, and so is one that was installed anew without its state folder', async () => {
  const looks = [own, machine({ hardware: 2, install: 2 }), own]
  const started = await Promise.all(looks.map((files) => start(files, new MemoryDisk())))
  expect(new Set(started.map(({ agentUid }) => agentUid))).toHaveProperty('size', 3)
  expect(started.map(({ replacesUid }) => replacesUid)).toEqual([undefined, undefined, undefined])
})
