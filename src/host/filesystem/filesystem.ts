import { systemClock } from '../../runtime/clock.ts'
import { Crew } from '../crew/crew.ts'
import { type CrewThread, startCrewThread } from '../crew/crew-thread.ts'
import type { Definition } from '../definition.ts'
import { defineGroup, type Group } from '../group.ts'
import type { HostRound } from '../host-round.ts'
import type { Subject } from '../recorder.ts'
import { type Mount, parseMountInfo } from '../proc/mountinfo.ts'
import { type FilesystemOptions, hangingMounts, mountChoice } from './mount-choice.ts'
import { type AskMount, mountSpace, type MountQuestion, type MountSpace } from './mount-space.ts'

const ofMount = {
  'system.device': 'the device',
  'system.filesystem.type': 'ext4, xfs …',
  'system.filesystem.mode': 'rw, ro',
  'system.filesystem.mountpoint': 'the mount point',
}

function ofState(states: string): Readonly<Record<string, string>> {
  return { ...ofMount, 'system.filesystem.state': states }
}

const usage: Definition = {
  name: 'system.filesystem.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Space by state; the states add up to the size',
  attributes: ofState('used, free, reserved'),
  source: 'statfs(2): used is f_blocks − f_bfree, free f_bavail, reserved f_bfree − f_bavail, each times f_frsize',
}
const utilization: Definition = {
  name: 'system.filesystem.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the space that is used',
  attributes: ofState('used'),
  source: 'used divided by used and free, as df says it',
}
const limit: Definition = {
  name: 'system.filesystem.limit',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'The size',
  attributes: ofMount,
  source: 'statfs(2), f_blocks times f_frsize',
  isOptIn: true,
}
const inodes: Definition = {
  name: 'system.filesystem.inodes.usage',
  unit: '{inode}',
  kind: 'updowncounter',
  integer: true,
  description: 'Inodes by state',
  attributes: ofState('used, free'),
  source: 'statfs(2): free is f_ffree, used f_files − f_ffree',
}
const hung: Definition = {
  name: 'hostvitals.filesystem.hung',
  unit: '{mount}',
  kind: 'updowncounter',
  integer: true,
  description:
    '1 where the mount has not answered for half a second, 0 where it has, absent where it was not asked; of mounts that ask a server or a program',
  attributes: ofMount,
  source: 'statfs(2)',
}

/** How mounts are asked; the machine's own way unless a test says otherwise. */
export interface FilesystemSeams {
  readonly askMount: AskMount
  readonly startThread: () => CrewThread<MountQuestion, MountSpace>
}

const defaults: FilesystemOptions = {
  include: [],
  exclude: [
    '/{dev,proc,sys,snap}/**',
    '/run/{user,credentials,k3s,docker,containerd}/**',
    '/var/lib/{docker,containers,containerd,snapd}/**',
    '/var/lib/kubelet/pods/**',
  ],
  includeDevices: [],
  excludeDevices: [],
  includeTypes: [],
  excludeTypes: [
    '{auto,binder,config,debug,devtmp,efivar,huge,hugetlb,nfsd,ns,pid,ram,root,secret,security,selinux,smack,sock,sys,tmp,trace}fs',
    '{binfmt_misc,bpf,cgroup,cgroup2,devpts,fusectl,mqueue,nfsd,proc,pstore,rpc_pipefs}',
    '{overlay,aufs,squashfs,erofs,iso9660,udf}',
    'fuse.{lxcfs,snapfuse,gvfsd-fuse,portal,*appimage*}',
  ],
  most: 200,
}

/** The group `filesystem`, with its ways to ask a mount. */
export function filesystemGroup(seams: FilesystemSeams): Group {
  return defineGroup<FilesystemOptions>({
    name: 'filesystem',
    about:
      'File systems that store something, one series for each however often it is mounted, at its shortest mount point; the root whatever its type. One that asks a server or a program (NFS, CIFS, Ceph, FUSE …) and does not answer for half a second costs only its own numbers: `hostvitals.filesystem.hung` says so, and it is not asked again until it has answered. At most three may hang at a time: then the others of that kind are not asked, which is told, and have no numbers.',
    metrics: [usage, utilization, limit, inodes, hung],
    defaults,
    sentences: {
      include: 'Only these mount points, as globs (`*` goes over `/` too); none named: all.',
      exclude: 'Not these mount points; goes before `include`. What you write takes the place of the default.',
      includeDevices: 'Only these devices, as globs: `/dev/sd*`, `server:/export`.',
      excludeDevices: 'Not these devices.',
      includeTypes: 'Only these types, as globs; the root always.',
      excludeTypes: 'Not these types, except for the root.',
      most: 'So many mounts at most, those with the shortest mount points first.',
    },
    elsewhere: {
      about: 'usage, utilization, inodes and limit of the file system /, without device, type and mode',
      open: () => (round, machine) => {
        const space = machine.rootSpace()
        if (space === undefined) return
        const place = { 'system.filesystem.mountpoint': '/' }
        putSpace((state) => {
          const attributes = state === undefined ? place : { ...place, 'system.filesystem.state': state }
          return round.subject(`/ ${state}`, () => attributes)
        }, space)
      },
    },
    open: (options, onClose) => {
      const choose = chosenOf(options)
      const crew = new Crew({ clock: systemClock, startThread: seams.startThread, mostFree: 3, mostThreads: 3 })
      onClose(() => crew.close())
      return async (round) => {
        const { near, hanging } = choose(round.proc(`${round.viewer}/mountinfo`))
        for (const { mount, isPassedOn } of near) {
          const space = seams.askMount(questionOf(round, mount, isPassedOn))
          if (space !== undefined) putSpace((state) => of(round, mount, state), space)
        }
        if (hanging.length === 0) return
        const asked = hanging.map((chosen) => questionOf(round, chosen.mount, chosen.isPassedOn))
        const found = await crew.ask(asked, round.signal)
        for (const [index, { mount }] of hanging.entries()) {
          const path = asked[index]?.path ?? ''
          const space = found.answers.get(path)
          if (space !== undefined) putSpace((state) => of(round, mount, state), space)
          const unasked = found.unasked.get(path)
          if (unasked !== undefined) round.tell(mount.mountPoint, { unasked })
          if (space === undefined && !found.hung.has(path)) continue
          of(round, mount).put(hung, found.hung.has(path) ? 1 : 0)
          round.tell(mount.mountPoint, found.hung.has(path) ? 'hung' : undefined)
        }
      }
    },
  })
}

/** File systems. */
export const filesystem: Group = filesystemGroup({ askMount: mountSpace, startThread: startCrewThread })

interface Chosen {
  readonly mount: Mount
  /** True where its path is certainly in it: what has the root's number is in the root's file system. */
  readonly isPassedOn: boolean
}

/** Which mounts are asked, at once and by the crew; made anew only where the list is another than in the former round. */
function chosenOf(options: FilesystemOptions): (mountinfo: Buffer) => Record<'near' | 'hanging', readonly Chosen[]> {
  const choose = mountChoice(options)
  const former: { bytes?: Buffer; chosen: Record<'near' | 'hanging', readonly Chosen[]> } = {
    chosen: { near: [], hanging: [] },
  }
  return (mountinfo) => {
    if (former.bytes?.equals(mountinfo) === true) return former.chosen
    const mounts = parseMountInfo(mountinfo)
    const chosen = choose(mounts)
    const mayHang = hangingMounts(mounts, chosen)
    const root = mounts.findLast(({ mountPoint }) => mountPoint === '/')?.number
    const all = chosen.map((mount) => ({ mount, isPassedOn: mount.number === root }))
    former.bytes = Buffer.from(mountinfo)
    former.chosen = {
      near: all.filter(({ mount }) => !mayHang.has(mount)),
      hanging: all.filter(({ mount }) => mayHang.has(mount)),
    }
    return former.chosen
  }
}

function questionOf(round: HostRound, { mountPoint }: Mount, isPassedOn: boolean): MountQuestion {
  const [path, root] = [round.path(mountPoint), round.path('')]
  return root === '' || isPassedOn ? { path } : { path, root }
}

function of(round: HostRound, mount: Mount, state?: string): Subject {
  const { device, type, mountPoint, isReadOnly } = mount
  return round.subject(`${device}\n${type}\n${mountPoint}\n${isReadOnly}\n${state}`, () => ({
    'system.device': device,
    'system.filesystem.type': type,
    'system.filesystem.mode': isReadOnly ? 'ro' : 'rw',
    'system.filesystem.mountpoint': mountPoint,
    ...(state === undefined ? {} : { 'system.filesystem.state': state }),
  }))
}

function putSpace(subject: (state?: string) => Subject, space: MountSpace): void {
  if (space.blocks === 0) return
  const { blockBytes } = space
  const used = subject('used')
  const usedBlocks = space.blocks - space.free
  used.put(usage, usedBlocks * blockBytes)
  const free = subject('free')
  free.put(usage, space.available * blockBytes)
  subject('reserved').put(usage, (space.free - space.available) * blockBytes)
  const reachable = usedBlocks + space.available
  used.put(utilization, reachable === 0 ? 0 : usedBlocks / reachable)
  subject().put(limit, space.blocks * blockBytes)
  // Some file systems have no fixed number of inodes, and say none.
  if (space.inodes === 0) return
  used.put(inodes, space.inodes - space.freeInodes)
  free.put(inodes, space.freeInodes)
}
