import { statSync, statfsSync } from 'node:fs'

/** Which mount is asked. */
export interface MountQuestion {
  /** Where it is for us. */
  readonly path: string
  /** Where the host's files are for us, of a mount that may not have been passed on to us: under it is then a plain folder. */
  readonly root?: string
}

/** What statfs(2) says of a mount. */
export interface MountSpace {
  /** What the blocks are counted in, bytes. */
  readonly blockBytes: number
  readonly blocks: number
  readonly free: number
  /** What an unprivileged user may write. */
  readonly available: number
  /** 0 where the file system has no fixed number of them. */
  readonly inodes: number
  readonly freeInodes: number
}

/** Asks for the space of a mount; undefined where there is no such mount any more, or not for us. */
export type AskMount = (question: MountQuestion) => MountSpace | undefined

/** Asks the kernel, which may ask a server or a disk: the thread stands still until they answer. */
export const mountSpace: AskMount = ({ path, root }) => {
  try {
    if (root !== undefined && statSync(path).dev === statSync(root).dev) return undefined
    const { bsize, frsize, blocks, bfree, bavail, files, ffree } = statfsSync(path)
    // Older versions of Node do not say what the blocks are counted in; it is nearly always the same.
    const blockBytes = Number.isFinite(frsize) && frsize > 0 ? frsize : bsize
    return { blockBytes, blocks, free: bfree, available: bavail, inodes: files, freeInodes: ffree }
  } catch {
    // It went away between the list and the question, or may not be asked: it has no samples.
    return undefined
  }
}
