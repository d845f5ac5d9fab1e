import { utimesSync } from 'node:fs'
import type { GroupRounds } from './group-rounds.ts'
import type { MachineTree, TreeOnDisk } from './machine-tree.ts'

/** A machine that started 100 s after 1970, and a program on it that sees the processes by the numbers that they have there. */
export const boot = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n', 'proc/self/status': 'Name:\tnode\nNSpid:\t50\n' }

/** Files of a control group of version 2 beside those of the root. */
export function group2(path: string, files: Readonly<Record<string, string>>): MachineTree {
  const own = Object.entries(files).map(([file, text]) => [`sys/fs/cgroup${path}/${file}`, text])
  return { ...boot, 'sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n', ...Object.fromEntries(own) }
}

/** Makes a control group's folder, or a file of it, as old as `seconds` after 1970. */
export function dated({ roots }: TreeOnDisk, path: string, seconds: number): void {
  utimesSync(`${roots.sys}/fs/cgroup${path}`, seconds, seconds)
}

/** When the counters of the containers began, by id. */
export async function starts(rounds: GroupRounds): Promise<Readonly<Record<string, unknown>>> {
  const samples = (await rounds.nextSamples()).filter(({ series }) => series.name === 'container.cpu.time')
  return Object.fromEntries(
    samples.map((each) => [JSON.stringify(each.series.attributes['container.id']).slice(1, -1), each.startTimeMs]),
  )
}

/** What a control group says at the least. */
export const few = { 'cpu.stat': 'usage_usec 5\nuser_usec 3\nsystem_usec 2\n' }
