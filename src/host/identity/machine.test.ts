import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { machineTree, type MachineTree } from '../../../test/support/machine-tree.ts'
import { networkCard } from '../../../test/support/network-card.ts'
import { describeMachine, type MachineOptions } from './machine.ts'
import { markOf } from './marks.ts'

const ownId = '3d1219c7c4c5404aaa1f6d2a48adfda4'
const hostsId = '9a1b19c7c4c5404aaa1f6d2a48adfda4'
const uuid = '4C4C4544-0042-3510-8052-B4C04F4E3232'

const metal: MachineTree = {
  'etc/machine-id': `${ownId}\n`,
  'etc/hostname': '# set by us\n\nweb-1\n',
  'sys/class/dmi/id/product_uuid': `${uuid}\n`,
  'sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
  'proc/stat': 'cpu  1 0 0 0\nctxt 1\nbtime 1764000000\nprocesses 1\n',
  ...networkCard('eno2', '0c:c4:7a:00:00:02'),
  ...networkCard('eno1', '0c:c4:7a:00:00:01'),
}

/** What is seen of the machine of these files, under roots of its own. */
async function seen(files: MachineTree, options: MachineOptions = {}) {
  const { roots } = machineTree(files)
  return describeMachine(roots, { ownRoot: join(roots.root, 'nowhere'), ...options })
}

/** What an agent sees that looks at its own `/`, which is a container's or a machine's. */
async function seenFromInside(files: MachineTree, env: MachineOptions['env'] = {}) {
  const { roots } = machineTree(files)
  return describeMachine({ ...roots, root: '/' }, { ownRoot: roots.root, env })
}

describe('a machine under its roots', () => {
  it('has its name, its attributes, and all of its marks', async () => {
    const machine = await seen(metal)
    expect(machine).toMatchObject({ name: 'web-1', bootedAtMs: 1_764_000_000_000 })
    expect(Object.keys(machine.resource)).toEqual(['host.id', 'host.arch', 'os.type', 'os.version'])
    expect(machine.marks).toEqual({
      'machine-id': markOf(ownId),
      'product-uuid': markOf(uuid.toLowerCase()),
      mac: ['0c:c4:7a:00:00:01', '0c:c4:7a:00:00:02'].map(markOf),
    })
    expect(machine.container).toBeUndefined()
  })

  it('tells its machine-id hashed, and raw where that is wanted', async () => {
    const hashed = (await seen(metal)).resource['host.id']
    expect(hashed).toMatch(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/)
    expect(hashed).not.toContain(ownId.slice(0, 8))
    expect((await seen(metal, { isIdRaw: true })).resource['host.id']).toBe(ownId)
    expect((await seen({ ...metal, 'etc/machine-id': `${hostsId}\n` })).resource['host.id']).not.toBe(hashed)
  })

  it('is of few words where nothing can be read, and is never told by its name or boot', async () => {
    const machine = await seen({ 'proc/sys/kernel/random/boot_id': `${hostsId}\n` })
    expect(machine).toMatchObject({ name: hostname(), marks: {} })
    expect(Object.keys(machine.resource)).toEqual(['host.arch', 'os.type', 'os.version'])
  })

  it.each<[string, MachineTree, Readonly<Record<string, unknown>>]>([
    ['a machine-id not made yet', { 'etc/machine-id': 'uninitialized\n' }, {}],
    [
      'an empty machine-id, and that of D-Bus',
      { 'etc/machine-id': '', 'var/lib/dbus/machine-id': ownId },
      { 'machine-id': markOf(ownId) },
    ],
    [
      'firmware that nobody filled in',
      { 'sys/class/dmi/id/product_uuid': '03000200-0400-0500-0006-000700080009\n' },
      {},
    ],
    ['a uuid of zeros', { 'sys/class/dmi/id/product_uuid': '00000000-0000-0000-0000-000000000000\n' }, {}],
    ['cloud-init without a cloud', { 'var/lib/cloud/data/instance-id': 'iid-datasource-none\n' }, {}],
    ['cloud-init with one', { 'var/lib/cloud/data/instance-id': 'I-0ab\n' }, { 'instance-id': markOf('i-0ab') }],
    [
      'a bridge, and the end that a container has',
      { 'sys/class/net/docker0/address': '02:42:00:00:00:01\n', 'sys/class/net/eth0/address': '02:42:ac:11:00:02\n' },
      {},
    ],
    [
      'a card whose address was made up',
      { ...networkCard('wlan0', '5e:00:00:00:00:01'), 'sys/class/net/wlan0/addr_assign_type': '3\n' },
      {},
    ],
    [
      'a virtual card of a virtual machine',
      networkCard('eth0', '52:54:00:ab:cd:ef'),
      { mac: [markOf('52:54:00:ab:cd:ef')] },
    ],
    ['virtual cards that nobody gave an address', networkCard('eth0', '52:54:00:12:34:56'), {}],
    [
      'a card of InfiniBand, whose queue has another number after each start',
      networkCard('ib0', '80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1'),
      { mac: [markOf('f4:52:14:03:00:7b:cb:a1')] },
    ],
    ['a card without an address', networkCard('ib0', '00:00:00:00:00:00'), {}],
    [
      'a card of a bond, which has the address of the bond',
      {
        ...networkCard('eno1', '0c:c4:7a:00:00:02'),
        'sys/class/net/eno1/addr_assign_type': '3\n',
        'sys/class/net/eno1/bonding_slave/perm_hwaddr': '0c:c4:7a:00:00:01\n',
      },
      { mac: [markOf('0c:c4:7a:00:00:01')] },
    ],
  ])('%s', async (_name, files, marks) => {
    expect((await seen(files)).marks).toEqual(marks)
  })
})

describe('a machine seen from a container', () => {
  const id = '4f5a1c9e2b7d4f5a1c9e2b7d4f5a1c9e2b7d4f5a1c9e2b7d4f5a1c9e2b7d4f5a'
  const overlay = '612 534 0:51 / / rw,relatime - overlay overlay rw\n'
  const box: MachineTree = {
    '.dockerenv': '',
    'proc/self/mountinfo': overlay,
    'proc/self/cgroup': `0::/docker/${id}\n`,
    'etc/machine-id': `${ownId}\n`,
  }
  const mounted = '613 612 8:1 /etc/machine-id /etc/machine-id ro - ext4 /dev/sda1 rw\n'

  it('has the container as an attribute, and never as evidence', async () => {
    const machine = await seenFromInside(box)
    expect(machine.resource).toMatchObject({ 'container.id': id })
    expect(machine).toMatchObject({ marks: {}, container: { kind: 'application', id } })
    expect(machine.resource).not.toHaveProperty('host.id')
  })

  it.each<[string, MachineTree, MachineOptions['env'], string | undefined]>([
    ['what its image brought', box, {}, undefined],
    ["the host's own file, mounted over it", { ...box, 'proc/self/mountinfo': overlay + mounted }, {}, ownId],
    ['the host under /host', { ...box, 'host/etc/machine-id': `${hostsId}\n` }, {}, hostsId],
    ['both', { ...box, 'proc/self/mountinfo': overlay + mounted, 'host/etc/machine-id': hostsId }, {}, hostsId],
    ['its own, of a container that is kept', { 'etc/machine-id': ownId }, { container: 'lxc' }, ownId],
    [
      'its own, of a machine that has a folder /host',
      { 'etc/machine-id': ownId, 'host/etc/machine-id': hostsId },
      {},
      ownId,
    ],
  ])('goes by %s', async (_name, files, env, machineId) => {
    const { marks } = await seenFromInside(files, env)
    expect(marks['machine-id']).toBe(machineId === undefined ? undefined : markOf(machineId))
  })

  it('is the host under the roots that were given, by name, id and marks', async () => {
    const { root } = machineTree({
      ...box,
      ...Object.fromEntries(Object.entries(metal).map(([path, text]) => [`host/${path}`, text])),
    }).roots
    const roots = { proc: join(root, 'host/proc'), sys: join(root, 'host/sys'), root: join(root, 'host') }
    const machine = await describeMachine(roots, { ownRoot: root, isIdRaw: true })
    expect(machine).toMatchObject({ name: 'web-1', resource: { 'host.id': ownId, 'container.id': id } })
    expect(Object.keys(machine.marks)).toEqual(['machine-id', 'product-uuid', 'mac'])
  })

  it('reads what process 1 was told of its container', async () => {
    const files = { 'proc/1/environ': 'PATH=/bin\0container=podman\0', 'proc/self/mountinfo': overlay }
    expect((await seenFromInside(files)).container).toMatchObject({ kind: 'application' })
  })
})
