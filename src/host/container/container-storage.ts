import { unescapePath } from '../proc/escaped-path.ts'

/** A line of mountinfo: where which part of a file system is mounted. */
interface MountedPart {
  /** The folder of the file system that is mounted there. */
  readonly root: string
  readonly mountPoint: string
  readonly type: string
}

/** File systems whose contents are gone with the container or with the machine's memory. */
const layers = /^(?:overlay|aufs|unionfs|fuse\.fuse-overlayfs|fuse\.unionfs)$/
const memory = /^(?:tmpfs|ramfs)$/
/** Where container programs keep the layers of a container that has no file system of its own kind. */
const layerFolders = /\/(?:docker|containers\/storage|containerd|kubelet)\//
/** A volume that Kubernetes removes with the pod. */
const ofPod = /\/kubernetes\.io~empty-dir\//

/** Whether `/` is a layer made for one container, rather than a disk's own root. Takes /proc/self/mountinfo. */
export function isRootLayer(mountinfo: string): boolean {
  const root = mountOf(mountinfo, '/')
  return root !== undefined && isGoneWithContainer(root)
}

/**
 * Whether what is written into this absolute folder is there in the next container: it is where the folder lies on something
 * that was mounted into this one. `isSystem`: the container has a root of its own that is kept, as a machine's is.
 */
export function isFolderKept(mountinfo: string, folder: string, isSystem: boolean): boolean {
  const mount = mountOf(mountinfo, folder)
  // Nothing is known: nobody is alarmed.
  if (mount === undefined) return true
  if (isGoneWithContainer(mount) || ofPod.test(mount.root)) return false
  return isSystem || mount.mountPoint !== '/'
}

/** Whether something was mounted at this very path, file or folder. */
export function isMountPoint(mountinfo: string, path: string): boolean {
  return mountOf(mountinfo, path)?.mountPoint === path
}

function isGoneWithContainer({ type, root, mountPoint }: MountedPart): boolean {
  return layers.test(type) || memory.test(type) || (mountPoint === '/' && layerFolders.test(`${root}/`))
}

/** The mount that a path lies in: the longest, and of several at one place the last. */
function mountOf(mountinfo: string, path: string): MountedPart | undefined {
  return mountinfo
    .split('\n')
    .flatMap(parseLine)
    .filter(({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`))
    .reduce<MountedPart | undefined>(
      (best, each) => (best === undefined || each.mountPoint.length >= best.mountPoint.length ? each : best),
      undefined,
    )
}

/** Source: proc_pid_mountinfo(5). A line that is cut off says nothing. */
function parseLine(line: string): readonly MountedPart[] {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , root, mountPoint] = before.split(' ')
  const [type] = after.split(' ')
  if (root === undefined || mountPoint === undefined || type === undefined || type === '') return []
  return [{ root: unescapePath(root), mountPoint: unescapePath(mountPoint), type }]
}
