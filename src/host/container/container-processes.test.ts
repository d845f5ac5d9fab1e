import { mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { dated, few, group2, starts } from '../../../test/support/container-tree.ts'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree, type MachineTree } from '../../../test/support/machine-tree.ts'
import { containers } from './containers.ts'

const one = '1a'.repeat(32)
const other = '2b'.repeat(32)
const path = `/system.slice/docker-${one}.scope`

/** A process that started so many seconds after 1970 on a machine that did at 100, in these control groups. */
function process(pid: number, startedAt: number, ...cgroups: readonly string[]): MachineTree {
  const ticks = (startedAt - 100) * 100
  return {
    [`proc/${pid}/stat`]: `${pid} (sh) S 1 1 1 0 -1 0 1 0 2 0 3 4 0 0 20 0 5 0 ${ticks} 7 8\n`,
    [`proc/${pid}/cgroup`]: cgroups.map((each, at) => `${at}:${at === 0 ? '' : 'memory'}:${each}\n`).join(''),
  }
}

/** Of a program in a container of its own, whose number there is 7: /proc is the machine's, the control groups are not. */
const elsewhere = { 'proc/self/status': 'Name:\tnode\nNSpid:\t50\t7\n' }

/** Control groups with these processes, as they list them. */
function lists(groups: Readonly<Record<string, string>>): MachineTree {
  return Object.fromEntries(Object.entries(groups).map(([at, pids]) => [`sys/fs/cgroup${at}/cgroup.procs`, pids]))
}

const scope = (id: string): string => `docker-${id}.scope`

describe('the start of a container', () => {
  it.each<[string, MachineTree, Readonly<Record<string, number>>]>([
    [
      'with systemd in it, whose processes are in control groups below',
      {
        ...lists({
          [path]: '',
          [`${path}/init.scope`]: '77\n',
          [`${path}/system.slice`]: '',
          [`${path}/system.slice/cron.service`]: '78\n',
        }),
        ...process(77, 700, '/'),
        ...process(78, 800, '/'),
      },
      { [one]: 700_000 },
    ],
    [
      'with Docker in it, whose containers are younger',
      {
        ...lists({ [path]: '', [`${path}/docker`]: '', [`${path}/docker/${other}`]: '79\n', [`${path}/init`]: '77\n' }),
        ...group2(`${path}/docker/${other}`, few),
        ...process(77, 700, '/'),
        ...process(79, 850, '/'),
      },
      { [one]: 700_000, [other]: 850_000 },
    ],
    [
      'in a name space of its own, seen from another one',
      {
        ...elsewhere,
        ...lists({ [path]: '0\n0\n' }),
        ...process(50, 600, '/'),
        ...process(77, 700, `/../${scope(one)}`),
        ...process(78, 800, `/../${scope(one)}/init.scope`),
        ...process(79, 400, `/../${scope(other)}`),
        ...process(1, 100, '/../../init.scope'),
      },
      { [one]: 700_000 },
    ],
    [
      'in a name space of its own, where control groups have none',
      {
        ...elsewhere,
        ...lists({ [path]: '0\n' }),
        ...process(50, 600, `/system.slice/${scope(other)}`),
        ...process(77, 700, '/', `${path}/system.slice/cron.service`),
      },
      { [one]: 700_000 },
    ],
    [
      'around the one that looks, and of one in that',
      {
        ...lists({ [path]: '', [`${path}/init`]: '7\n8\n', [`${path}/docker/${other}`]: '9\n' }),
        ...group2(`${path}/docker/${other}`, few),
        ...elsewhere,
        // Numbers of the machine that have nothing to do with ours.
        ...process(7, 110, '/../../init.scope'),
        ...process(8, 120, '/../../init.scope'),
        ...process(9, 130, '/../../init.scope'),
        ...process(50, 650, '/init'),
        ...process(51, 660, '/init'),
        ...process(88, 860, `/docker/${other}`),
      },
      { [one]: 650_000, [other]: 860_000 },
    ],
    [
      'none of whose processes is shown: when its list of them was made',
      { ...elsewhere, ...lists({ [path]: '0\n' }) },
      { [one]: 950_000 },
    ],
    [
      'of which nothing can be read',
      { ...elsewhere, ...process(77, 700, '/../else'), 'proc/78/cgroup': '' },
      { [one]: 990_000 },
    ],
  ])('%s', async (_name, files, expected) => {
    const tree = machineTree({ ...group2(path, few), ...files })
    if (files[`sys/fs/cgroup${path}/cgroup.procs`] === '0\n') dated(tree, `${path}/cgroup.procs`, 950)
    dated(tree, path, 990)
    expect(await starts(groupRounds(containers, tree.roots))).toEqual(expected)
  })
})

it('counts since its oldest process was started where that is before its folder', async () => {
  const tree = machineTree({
    ...group2(path, { ...few, 'cgroup.procs': '0\n77\n78\n79\n' }),
    'proc/77/stat': '77 (sh) S 1 1 1 0 -1 0 1 0 2 0 3 4 0 0 20 0 5 0 60000 7 8\n',
    'proc/78/stat': '78 (sh) S 1 1 1 0 -1 0 1 0 2 0 3 4 0 0 20 0 5 0 70000 7 8\n',
    'proc/79/stat': '79 (cut',
  })
  dated(tree, path, 990)
  expect(await starts(groupRounds(containers, tree.roots))).toEqual({ [one]: 700_000 })
})

/** /proc/PID/net/dev of a container that received so much. */
function netDev(bytes: number): string {
  return `a\nb\n  eth0: ${bytes} 1 0 0 0 0 0 0 20 2 0 0 0 0 0 0\n`
}

it('counts what a container in another name space moved, and finds another process of it when the first has ended', async () => {
  const tree = machineTree({
    ...group2(path, {}),
    ...elsewhere,
    ...lists({ [path]: '0\n0\n' }),
    ...process(77, 700, `/../${scope(one)}`),
    ...process(78, 800, `/../${scope(one)}`),
    'proc/77/net/dev': netDev(10),
    'proc/78/net/dev': netDev(11),
  })
  for (const [pid, network] of Object.entries({ 1: 'net:[1]', 77: 'net:[2]', 78: 'net:[2]' })) {
    mkdirSync(`${tree.roots.proc}/${pid}/ns`, { recursive: true })
    symlinkSync(network, `${tree.roots.proc}/${pid}/ns/net`)
  }
  const rounds = groupRounds(containers, tree.roots, { also: ['container.network.io'] })
  const received = async (): Promise<readonly number[]> =>
    Object.entries(await rounds.next()).flatMap(([key, value]) => (key.includes('direction=receive') ? [value] : []))
  expect(await received()).toEqual([10])
  tree.remove('proc/77')
  expect(await received()).toEqual([11])
  tree.remove('proc/78')
  expect(await received()).toEqual([])
})
