import type { StatsFs } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { type Mount, parseMountInfo } from './proc/mountinfo.ts'

const ofMount = {
  'system.device': 'the device',
  'system.filesystem.type': 'ext4, xfs …',
  'system.filesystem.mode': 'rw, ro',
  'system.filesystem.mountpoint': 'the mount point',
  'system.filesystem.state': 'used, free, reserved',
}

const usage: Definition = {
  name: 'system.filesystem.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Space by state; the states add up to the size',
  attributes: ofMount,
  source: 'statfs(2): used is f_blocks − f_bfree, free f_bavail, reserved f_bfree − f_bavail, each times f_bsize',
}
const utilization: Definition = {
  name: 'system.filesystem.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the space that is used',
  attributes: ofMount,
  source: 'used divided by used and free, as df says it',
}
const inodes: Definition = {
  name: 'system.filesystem.inodes.usage',
  unit: '{inode}',
  kind: 'updowncounter',
  integer: true,
  description: 'Inodes by state',
  attributes: ofMount,
  source: 'statfs(2): free is f_ffree, used f_files − f_ffree',
}

const stored =
  /^(?:ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|vfat|exfat|ntfs3?|fuseblk|nfs4?|cifs|smb3|ceph|apfs|hfsplus|ufs)$/

/** File systems. */
export const filesystem: Group = defineGroup({
  name: 'filesystem',
  about:
    'File systems that store something, one for each device, at its shortest mount point; the root always. A mount that does not answer costs only itself: it is left out until it does.',
  metrics: [usage, utilization, inodes],
  defaults: {},
  sentences: {},
  open: () => {
    const pending = new Map<string, Promise<StatsFs>>()
    return async (round) => {
      const mounts = chosen(parseMountInfo(round.proc(`${round.viewer}/mountinfo`)))
      await Promise.all(
        mounts.map(async (mount) => {
          const stats = await answerOf(round.path(mount.mountPoint), pending, round.signal)
          if (stats !== undefined) putMount(round, mount, stats)
        }),
      )
    }
  },
})

function chosen(mounts: readonly Mount[]): readonly Mount[] {
  const byDevice = new Map<string, Mount>()
  for (const mount of mounts) {
    if (mount.mountPoint !== '/' && !stored.test(mount.type)) continue
    const former = byDevice.get(mount.device)
    if (former === undefined || mount.mountPoint.length <= former.mountPoint.length) byDevice.set(mount.device, mount)
  }
  return [...byDevice.values()]
}

/** statfs of a path; undefined when it fails, or has not answered within half a second or when the round is over. */
async function answerOf(
  path: string,
  pending: Map<string, Promise<StatsFs>>,
  signal: AbortSignal,
): Promise<StatsFs | undefined> {
  // A hung mount keeps a thread of the pool for as long as it hangs: it is not asked a second time.
  const isHung = pending.has(path)
  const asked = pending.get(path) ?? statfs(path)
  pending.set(path, asked)
  const patience = AbortSignal.any([signal, AbortSignal.timeout(isHung ? 0 : 500)])
  const { promise: given, resolve } = Promise.withResolvers<undefined>()
  patience.addEventListener('abort', () => resolve(undefined), { once: true })
  const settled = asked.then(
    (stats) => {
      pending.delete(path)
      return stats
    },
    () => {
      // The mount went away between the list and the question, or may not be asked: it has no samples.
      pending.delete(path)
      return undefined
    },
  )
  return Promise.race([settled, given])
}

function putMount(round: HostRound, mount: Mount, stats: StatsFs): void {
  if (stats.blocks === 0) return
  const { device, type, mountPoint, isReadOnly } = mount
  const attributes = {
    'system.device': device,
    'system.filesystem.type': type,
    'system.filesystem.mode': isReadOnly ? 'ro' : 'rw',
    'system.filesystem.mountpoint': mountPoint,
  }
  const of = (state: string): ReturnType<HostRound['subject']> =>
    round.subject(`${Object.values(attributes).join('\n')}\n${state}`, () => ({
      ...attributes,
      'system.filesystem.state': state,
    }))
  const states = { used: stats.blocks - stats.bfree, free: stats.bavail, reserved: stats.bfree - stats.bavail }
  for (const [state, blocks] of Object.entries(states)) of(state).put(usage, blocks * stats.bsize)
  const reachable = states.used + states.free
  of('used').put(utilization, reachable === 0 ? 0 : states.used / reachable)
  // Some file systems have no fixed number of inodes, and say none.
  if (stats.files === 0) return
  of('used').put(inodes, stats.files - stats.ffree)
  of('free').put(inodes, stats.ffree)
}
