import { type Controllers, findControllers, readCgroup1 } from './cgroup-1.ts'
import { readCgroup2 } from './cgroup-2.ts'
import type { ContainerNumbers } from './container-numbers.ts'
import type { HostRound } from '../host-round.ts'
import { type ContainerName, containerOf } from '../proc/container-id.ts'
import { parsePidStat } from '../proc/pid-stat.ts'
import { unlessStrange } from '../proc/unless-strange.ts'

/** A control group that is a container. */
export interface ContainerFound extends ContainerName {
  /** From the root of the control groups, `/system.slice/docker-….scope`. */
  readonly path: string
  /** Another one where a container of the same id was started anew. */
  readonly inode: number
  readonly modifiedMs: number
  /** False where there is certainly no control group in it. */
  readonly hasFolders: boolean
}

/** The control groups of a machine: version 2, or the controllers of version 1. */
export interface CgroupTree {
  /** Where the folders of all containers are, under /sys. */
  readonly root: string
  readonly read: (path: string) => ContainerNumbers
}

const deepest = 16
const mostFolders = 20_000
const mostProcesses = 200

/** Looks which version is mounted; undefined where none is. In a hybrid the controllers are those of version 1. */
export function openTree(round: HostRound): CgroupTree | undefined {
  if (round.briefSys('fs/cgroup/cgroup.controllers') !== undefined) {
    return { root: 'fs/cgroup', read: (path) => readCgroup2(round, path) }
  }
  const controllers: Controllers | undefined = findControllers(round)
  const root = controllers?.memory ?? controllers?.cpuacct ?? controllers?.pids ?? controllers?.cpu
  if (controllers === undefined || root === undefined) return undefined
  return { root, read: (path) => readCgroup1(round, controllers, path) }
}

/** All containers of a tree, nested ones too, in the order of their paths. */
export function findContainers(round: HostRound, { root }: CgroupTree): readonly ContainerFound[] {
  const found: ContainerFound[] = []
  const folders = ['']
  for (let at = 0; at < folders.length && at < mostFolders; at++) {
    const path = folders[at] ?? ''
    const folder = round.folderSys(`${root}${path}`)
    if (folder === undefined) continue
    const container = containerOf(path)
    if (container !== undefined) found.push({ ...container, path, ...folder })
    if (!folder.hasFolders || path.split('/').length > deepest) continue
    for (const name of round.foldersSys(`${root}${path}`)) folders.push(`${path}/${name}`)
  }
  return found
}

/**
 * Since when a container runs, Unix milliseconds: the time of its folder or of the list of its processes, or its oldest
 * process, whichever is first. None of them is too early: the kernel gives a folder that was long not looked at, or in which
 * another was made, a new time, and a process may have come later. Undefined where all are to come.
 */
export function startOf(
  round: HostRound,
  { root }: CgroupTree,
  { path, modifiedMs }: ContainerFound,
  processes: Iterable<number>,
): number | undefined {
  const starts: number[] = []
  for (const pid of processes) {
    const stat = round.briefProc(`${pid}/stat`)
    const parsed = stat === undefined ? undefined : unlessStrange(() => parsePidStat(stat))
    if (parsed !== undefined) starts.push(parsed.startSeconds * 1000 + round.bootedAtMs)
    if (starts.length === mostProcesses) break
  }
  const listMs = round.folderSys(`${root}${path}/cgroup.procs`)?.modifiedMs ?? modifiedMs
  const startMs = Math.floor(Math.min(modifiedMs, listMs, ...starts))
  return startMs > round.timeMs ? undefined : startMs
}
