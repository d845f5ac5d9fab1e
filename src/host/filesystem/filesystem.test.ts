import { expect, it } from 'vitest'
import { EventLog } from '../../../test/support/event-log.ts'
import { type Found, groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { filesystem, filesystemGroup } from './filesystem.ts'
import type { MountQuestion, MountSpace } from './mount-space.ts'

const space: MountSpace = { blockBytes: 4096, blocks: 100, free: 40, available: 30, inodes: 50, freeInodes: 20 }

/** A machine with these mounts, its root at `/host`, and the mounts that were asked on the main thread and by others. */
function machine(mountinfo: string, spaces: Readonly<Record<string, MountSpace>> = {}) {
  const { roots, write } = machineTree({ 'proc/1/mountinfo': mountinfo })
  const near: MountQuestion[] = []
  const far: MountQuestion[] = []
  const answer = ({ path }: MountQuestion): MountSpace | undefined => spaces[path.slice('/host'.length)] ?? space
  const group = filesystemGroup({
    askMount: (question) => {
      near.push(question)
      return answer(question)
    },
    startThread: () => ({
      ready: Promise.resolve(),
      ask: (question) => {
        far.push(question)
        return Promise.resolve(answer(question))
      },
      end: () => undefined,
    }),
  })
  const rounds = (options: Readonly<Record<string, unknown>> = {}): ReturnType<typeof groupRounds> =>
    groupRounds(group, { ...roots, root: '/host' }, options)
  return { near, far, rounds, write: (text: string) => write({ 'proc/1/mountinfo': text }) }
}

/** A line of mountinfo: `8:1 /mnt ext4 /dev/sda1`. */
const mounted = (line: string, options = 'rw', own = 'rw'): string => {
  const [number = '', place = '', type = '', device = ''] = line.split(' ')
  return `36 35 ${number} / ${place} ${options},relatime shared:1 - ${type} ${device} ${own}\n`
}

const places = (found: Found): readonly string[] => [
  ...new Set(Object.keys(found).map((key) => /mountpoint=([^,}]*)/.exec(key)?.[1] ?? '')),
]

function rootKey(name: string, state?: string): string {
  const ofState = state === undefined ? '' : `,system.filesystem.state=${state}`
  return `system.filesystem.${name}{system.device=/dev/sda1,system.filesystem.mode=rw,system.filesystem.mountpoint=/${ofState},system.filesystem.type=ext4}`
}

function modes(found: Found): readonly string[] {
  const shown = Object.keys(found).map((key) => /mode=(\w+).*mountpoint=([^,}]*)/.exec(key)?.slice(1).join(' ') ?? '')
  return [...new Set(shown)]
}

it('says the space of a mount in states that add up', async () => {
  const { rounds } = machine(mounted('8:1 / ext4 /dev/sda1'))
  expect(await rounds({ also: ['system.filesystem.limit'] }).next()).toEqual({
    [rootKey('usage', 'used')]: 60 * 4096,
    [rootKey('usage', 'free')]: 30 * 4096,
    [rootKey('usage', 'reserved')]: 10 * 4096,
    [rootKey('utilization', 'used')]: 60 / 90,
    [rootKey('limit')]: 100 * 4096,
    [rootKey('inodes.usage', 'used')]: 30,
    [rootKey('inodes.usage', 'free')]: 20,
  })
})

it('lists the states that each metric has, and no others', async () => {
  const { rounds } = machine(mounted('8:1 / ext4 /dev/sda1'))
  const found = Object.keys(await rounds().next())
  const listed = filesystem.metrics.flatMap(({ name, attributes }) => {
    const states = attributes?.['system.filesystem.state']
    return states === undefined ? [] : states.split(', ').map((state) => `${name} ${state}`)
  })
  const emitted = found.map((key) => /^([\w.]+)\{.*filesystem\.state=(\w+)/.exec(key)?.slice(1).join(' ') ?? '')
  expect(new Set(listed)).toEqual(new Set(emitted))
})

it.each([
  [
    'of one file system the shortest mount point',
    ['8:1 / ext4 a', '8:1 /var/lib/x ext4 a', '8:2 /data/deep xfs b', '8:2 /data xfs b'],
    ['/', '/data'],
  ],
  [
    'of stacked mounts the last, which hides the others',
    ['8:1 / ext4 a', '8:2 /mnt ext4 b', '8:3 /mnt ext4 c'],
    ['/', '/mnt'],
  ],
  ['the root whatever its type', ['0:9 / overlay overlay'], ['/']],
  [
    'nothing that stores nothing',
    ['8:1 / ext4 a', '0:5 /proc proc proc', '0:6 /x/tmp tmpfs t', '0:7 /y overlay o', '7:1 /z squashfs s'],
    ['/'],
  ],
  [
    'nothing of containers and users',
    ['8:1 / ext4 a', '8:2 /var/lib/docker/volumes/a xfs b', '8:3 /run/user/0/x ext4 c', '8:4 /snap/a/1 ext4 d'],
    ['/'],
  ],
  [
    'network and FUSE file systems',
    ['8:1 / ext4 a', '0:50 /home nfs4 s:/home', '0:51 /m fuse.sshfs x', '0:52 /lxc fuse.lxcfs l'],
    ['/', '/m', '/home'],
  ],
])('measures %s', async (_what, lines, expected) => {
  const { rounds } = machine(lines.map((line) => mounted(line)).join(''))
  expect([...places(await rounds().next())].sort()).toEqual([...expected].sort())
})

it.each([
  [{ include: ['/data*'] }, ['/data', '/data/b']],
  [{ exclude: ['/data/**'] }, ['/', '/data']],
  [{ excludeDevices: ['/dev/sdb*'] }, ['/', '/data/b']],
  [{ includeDevices: ['/dev/sdb1'] }, ['/data']],
  [{ includeTypes: ['xfs'] }, ['/', '/data']],
  [{ excludeTypes: ['xfs', 'ext4'] }, ['/']],
  [{ most: 2 }, ['/', '/data']],
])('with %j', async (options, expected) => {
  const mounts = ['8:1 / ext4 /dev/sda1', '8:17 /data xfs /dev/sdb1', '8:33 /data/b ext4 /dev/sdc1']
  const { rounds } = machine(mounts.map((line) => mounted(line)).join(''))
  expect(places(await rounds(options).next())).toEqual(expected)
})

it('asks what may hang by others, also where only the way leads over it', async () => {
  const { near, far, rounds } = machine(
    ['8:1 / ext4 a', '8:2 /data xfs b', '0:50 /nfs nfs s:/', '8:3 /nfs/disk ext4 c', '0:51 /z zfs pool']
      .map((line) => mounted(line))
      .join(''),
  )
  const found = await rounds().next()
  expect(near.map(({ path }) => path)).toEqual(['/host/', '/host/data'])
  expect(far.map(({ path }) => path)).toEqual(['/host/z', '/host/nfs', '/host/nfs/disk'])
  expect(
    Object.entries(found)
      .filter(([key]) => key.startsWith('hostvitals.filesystem.hung'))
      .map(([, value]) => value),
  ).toEqual([0, 0, 0])
})

it('tells of a mount that nobody could ask, and says nothing of it', async () => {
  const { roots } = machineTree({ 'proc/1/mountinfo': mounted('8:1 / ext4 a') + mounted('0:50 /nfs nfs s:/') })
  const events = new EventLog()
  const group = filesystemGroup({
    askMount: () => space,
    startThread: () => {
      throw new Error('EAGAIN')
    },
  })
  const found = await groupRounds(group, { ...roots, root: '/host' }, {}, { emit: events.emit }).next()
  expect(places(found)).toEqual(['/'])
  expect(events.all('metric.unasked').map(({ data }) => data)).toEqual([
    { metric: 'filesystem', what: '/nfs', reason: 'no thread could be started: EAGAIN' },
  ])
})

it('asks everything by others where the root itself is remote', async () => {
  const { near, far, rounds } = machine(mounted('0:50 / nfs s:/root') + mounted('8:2 /data xfs b'))
  await rounds().next()
  expect(near).toEqual([])
  expect(far).toHaveLength(2)
})

it('names the host’s root with a mount that may not have been passed on', async () => {
  const { near, rounds } = machine(mounted('8:1 / ext4 a') + mounted('8:2 /data xfs b'))
  await rounds().next()
  expect(near).toEqual([{ path: '/host/' }, { path: '/host/data', root: '/host' }])
})

it('follows a mount that turns read-only, comes and goes', async () => {
  const { rounds, write } = machine(mounted('8:1 / ext4 a'))
  const given = rounds()
  expect(modes(await given.next())).toEqual(['rw /'])
  write(mounted('8:1 / ext4 a', 'rw', 'ro') + mounted('8:2 /data ext4 b', 'ro'))
  expect(modes(await given.next())).toEqual(['ro /', 'ro /data'])
  write(mounted('8:1 / ext4 a'))
  expect(modes(await given.next())).toEqual(['rw /'])
})

it('asks ten thousand bind mounts of one disk once, and of ten thousand disks at most 200', async () => {
  const binds = machine(
    mounted('8:1 / ext4 a') + Array.from({ length: 10_000 }, (_, at) => mounted(`8:1 /b/${at} ext4 a`)).join(''),
  )
  await binds.rounds().next()
  expect(binds.near).toHaveLength(1)
  const disks = machine(Array.from({ length: 10_000 }, (_, at) => mounted(`9:${at} /d/${at} ext4 d${at}`)).join(''))
  await disks.rounds().next()
  expect(disks.near).toHaveLength(200)
})

it('leaves out a file system without size, inodes that are not counted, and what is gone', async () => {
  const { rounds } = machine(mounted('8:1 / ext4 a') + mounted('8:2 /none ext4 b') + mounted('8:3 /btrfs btrfs c'), {
    '/none': { ...space, blocks: 0 },
    '/btrfs': { ...space, inodes: 0 },
  })
  const keys = Object.keys(await rounds().next())
  expect(keys.filter((key) => key.includes('mountpoint=/none'))).toEqual([])
  expect(keys.filter((key) => key.includes('mountpoint=/btrfs') && key.includes('inodes'))).toEqual([])
})

it('fails where the list of mounts is cut off', async () => {
  await expect(machine('36 35 98:0 / /mnt rw').rounds().next()).rejects.toThrow('mountinfo')
})
