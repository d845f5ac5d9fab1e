import type { Metric } from '../metric/metric.ts'
import { statfs } from 'node:fs/promises'
import type { StatsFs } from 'node:fs'
import type { Sample } from '../metric/sample.ts'
import { group, readProc, sampleOf, viewer, type Definition } from './group.ts'
import { parseMountInfo, type Mount } from './proc/mountinfo.ts'

const usage: Definition = {
  name: 'system.filesystem.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Space by state; the states add up to the size',
}
const utilization: Definition = {
  name: 'system.filesystem.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the space that is used',
}
const inodes: Definition = {
  name: 'system.filesystem.inodes.usage',
  unit: '{inode}',
  kind: 'updowncounter',
  integer: true,
  description: 'Inodes by state',
}

const stored =
  /^(?:ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|vfat|exfat|ntfs3?|fuseblk|nfs4?|cifs|smb3|ceph|apfs|hfsplus|ufs)$/

/**
 * File systems that store something, from /proc/PID/mountinfo and statfs; one for each device, at its shortest mount point.
 * The root is always one of them. A mount that does not answer costs only itself: it is left out until it does.
 */
export const filesystem: Metric = group('filesystem', async (signal, context) => {
  const mounts = chosen(parseMountInfo(await readProc(context, `${viewer(context)}/mountinfo`, signal)))
  const pending = context.remember(() => new Map<string, Promise<StatsFs>>())
  const answers = await Promise.all(
    mounts.map(async (mount) => {
      const path = context.root === '/' ? mount.mountPoint : `${context.root}${mount.mountPoint}`
      const stats = await answerOf(path, pending, signal)
      return stats === undefined ? [] : samplesOf(mount, stats)
    }),
  )
  return answers.flat()
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

function samplesOf(mount: Mount, stats: StatsFs): readonly Sample[] {
  if (stats.blocks === 0) return []
  const attributes = {
    'system.device': mount.device,
    'system.filesystem.type': mount.type,
    'system.filesystem.mode': mount.isReadOnly ? 'ro' : 'rw',
    'system.filesystem.mountpoint': mount.mountPoint,
  }
  const states = { used: stats.blocks - stats.bfree, free: stats.bavail, reserved: stats.bfree - stats.bavail }
  const samples: Sample[] = Object.entries(states).map(([state, blocks]) =>
    sampleOf(usage, blocks * stats.bsize, { ...attributes, 'system.filesystem.state': state }),
  )
  const reachable = states.used + states.free
  samples.push(
    sampleOf(utilization, reachable === 0 ? 0 : states.used / reachable, {
      ...attributes,
      'system.filesystem.state': 'used',
    }),
  )
  if (stats.files > 0) {
    samples.push(sampleOf(inodes, stats.files - stats.ffree, { ...attributes, 'system.filesystem.state': 'used' }))
    samples.push(sampleOf(inodes, stats.ffree, { ...attributes, 'system.filesystem.state': 'free' }))
  }
  return samples
}
