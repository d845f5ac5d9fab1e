import type { CgroupTree, ContainerFound } from './cgroup-tree.ts'
import type { HostRound } from '../host-round.ts'
import { containerOf } from '../proc/container-id.ts'

const mostGroups = 200
const mostInGroup = 50

/**
 * The processes of containers in one round, by the numbers that they have in the /proc that is read. A control group lists
 * them in the numbers of our own name space, and as 0 what has none there: then each process is asked where it is.
 */
export class ContainerProcesses {
  readonly #round: HostRound
  readonly #tree: CgroupTree
  #numbering: Numbering | undefined
  #told: Told | undefined

  constructor(round: HostRound, tree: CgroupTree) {
    this.#round = round
    this.#tree = tree
  }

  /** Those of a container, without those of containers in it; none where none is shown to us. */
  *of(container: ContainerFound): Generator<number> {
    this.#numbering ??= numberingOf(this.#round)
    const listed = this.#listed(container)
    if (this.#numbering.isOurs) {
      const first = listed.next()
      if (first.done !== true) {
        yield first.value
        return yield* listed
      }
    }
    this.#told ??= tellAll(this.#round)
    const { own } = this.#numbering
    const isAroundUs = own !== undefined && [...listed].includes(own)
    for (const [path, pids] of this.#told.byPath) {
      if (liesIn(path, container.path, this.#told.isSeenFromOurs, isAroundUs)) yield* pids
    }
  }

  /** As the control groups list them: systemd, and Docker in Docker, leave none in the container's own. */
  *#listed({ path, hasFolders }: ContainerFound): Generator<number> {
    const groups = [path]
    for (let at = 0; at < groups.length && at < mostGroups; at++) {
      const group = groups[at] ?? ''
      const folder = `${this.#tree.root}${group}`
      const text = this.#round.briefSys(`${folder}/cgroup.procs`)?.toString('latin1') ?? ''
      for (const [pid] of [...text.matchAll(/^[1-9]\d*$/gm)].slice(0, mostInGroup)) yield Number(pid)
      if (!hasFolders) return
      const inner = this.#round.foldersSys(folder).map((name) => `${group}/${name}`)
      groups.push(...inner.filter((each) => containerOf(each) === undefined))
    }
  }
}

interface Numbering {
  /** Whether a process has in this /proc the number that it has for us. */
  readonly isOurs: boolean
  /** Our own number for ourselves, where it may be another one there. */
  readonly own?: number
}

/** Linux before 4.1 does not say; that it is one numbering is then what `pid: host` gives. */
function numberingOf(round: HostRound): Numbering {
  if (round.viewer === 'self') return { isOurs: true }
  const status = round.briefProc('self/status')?.toString('latin1')
  const [, numbers] = /^NSpid:\s+(\d[\d\s]*)$/m.exec(status ?? '') ?? []
  const [own, ...others] = (numbers ?? '').trim().split(/\s+/).map(Number).toReversed()
  // Who is not in it at all cannot have its numbers.
  return { isOurs: status !== undefined && others.length === 0, ...(own === undefined ? {} : { own }) }
}

interface Told {
  /** Numbers of processes by the control groups that each says it is in. */
  readonly byPath: ReadonlyMap<string, readonly number[]>
  /** Whether the paths begin at our own control group, so that others lie above: `/../docker-….scope`. */
  readonly isSeenFromOurs: boolean
}

function tellAll(round: HostRound): Told {
  const byPath = new Map<string, number[]>()
  for (const pid of round.listProc('').filter((name) => /^\d+$/.test(name))) {
    const text = round.briefProc(`${pid}/cgroup`)?.toString('utf8') ?? ''
    for (const path of new Set([...text.matchAll(/^\d+:[^:]*:(\/.*)$/gm)].map(([, told = '']) => told))) {
      const pids = byPath.get(path)
      if (pids === undefined) byPath.set(path, [Number(pid)])
      else pids.push(Number(pid))
    }
  }
  return { byPath, isSeenFromOurs: [...byPath.keys()].some((path) => /^\/\.\.(?:\/|$)/.test(path)) }
}

/** Whether the path that a process tells lies in a container, and not in one that is in that. */
function liesIn(told: string, path: string, isSeenFromOurs: boolean, isAroundUs: boolean): boolean {
  const [up = ''] = /^(?:\/\.\.)*/.exec(told) ?? []
  const names = told.slice(up.length)
  for (let end = names.length; end > 0; end = names.lastIndexOf('/', end - 1)) {
    const above = names.slice(0, end)
    if (isSeenFromOurs ? path.endsWith(above) && containerOf(above) !== undefined : above === path) return true
    if (containerOf(above) !== undefined) return false
  }
  // What is below our own control group is in the container around us.
  return isSeenFromOurs && isAroundUs && up === ''
}
