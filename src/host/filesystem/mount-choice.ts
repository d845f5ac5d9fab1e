import { nameFilter } from '../name-filter.ts'
import type { Mount } from '../proc/mountinfo.ts'

/** The options of the group `filesystem`. */
export type FilesystemOptions = {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly includeDevices: readonly string[]
  readonly excludeDevices: readonly string[]
  readonly includeTypes: readonly string[]
  readonly excludeTypes: readonly string[]
  readonly most: number
}

/**
 * Chooses the mounts that are measured: one for each file system, at its shortest mount point, at most `most`. Of mounts at the
 * same place the last one counts, since it hides the others.
 */
export function mountChoice(options: FilesystemOptions): (mounts: readonly Mount[]) => readonly Mount[] {
  const isPlace = nameFilter({ include: options.include, exclude: options.exclude })
  const isDevice = nameFilter({ include: options.includeDevices, exclude: options.excludeDevices })
  const isType = nameFilter({ include: options.includeTypes, exclude: options.excludeTypes })
  return (mounts) => {
    const byPlace = new Map(mounts.map((mount) => [mount.mountPoint, mount]))
    const byNumber = new Map<string, Mount>()
    for (const mount of byPlace.values()) {
      const { number, type, mountPoint, device } = mount
      // Whatever the root is, an overlay or a tmpfs, it is what the machine runs from.
      if (mountPoint !== '/' && !isType(type)) continue
      if (!isPlace(mountPoint) || !isDevice(device)) continue
      const former = byNumber.get(number)
      if (former === undefined || mountPoint.length < former.mountPoint.length) byNumber.set(number, mount)
    }
    return [...byNumber.values()].sort(byLength).slice(0, options.most)
  }
}

function byLength(one: Mount, other: Mount): number {
  return one.mountPoint.length - other.mountPoint.length || (one.mountPoint < other.mountPoint ? -1 : 1)
}

// Their statfs is answered from memory. ZFS is not among them: it stands still with its pool.
const local =
  /^(?:ext[234]|xfs|btrfs|f2fs|jfs|reiserfs|bcachefs|nilfs2|vfat|msdos|exfat|ntfs3?|hfsplus|ufs|udf|iso9660|squashfs|erofs|overlay|tmpfs|ramfs|rootfs|devtmpfs)$/

/** Says of each chosen mount whether it may hang: it asks a server or a program, or the way to it leads over one that does. */
export function hangingMounts(mounts: readonly Mount[], chosen: readonly Mount[]): ReadonlySet<Mount> {
  const remote = mounts.filter(({ type }) => isRemote(type)).map(({ mountPoint }) => `${mountPoint}/`)
  return new Set(
    chosen.filter(
      ({ type, mountPoint }) =>
        !local.test(type) || remote.some((above) => mountPoint.startsWith(above) || above === '//'),
    ),
  )
}

// What the kernel answers of itself, on whose folders a path may lead by.
const own =
  /^(?:autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|efivarfs|fusectl|hugetlbfs|mqueue|nsfs|proc|pstore|rpc_pipefs|securityfs|selinuxfs|sysfs|tracefs)$/

function isRemote(type: string): boolean {
  return !local.test(type) && !own.test(type)
}
