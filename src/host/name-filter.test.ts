import { expect, it } from 'vitest'
import { groups } from './index.ts'
import { nameFilter } from './name-filter.ts'

function presetsOf(group: string): { readonly include: readonly string[]; readonly exclude: readonly string[] } {
  const { include, exclude } = groups.find(({ name }) => name === group)?.defaults ?? {}
  if (!Array.isArray(include) || !Array.isArray(exclude)) throw new Error(`${group} filters nothing`)
  return { include, exclude }
}

it.each([
  [{ include: [], exclude: [] }, ['sda', '/mnt/a b'], []],
  [{ include: ['sd*'], exclude: [] }, ['sda', 'sdb1'], ['vda', 'asd']],
  [{ include: ['sd*'], exclude: ['*1'] }, ['sda'], ['sdb1']],
  [
    { include: [], exclude: ['/var/lib/docker/**', '/run/*'] },
    ['/var/lib', '/running'],
    ['/var/lib/docker/a/b', '/run/user/0'],
  ],
  [
    presetsOf('disk'),
    ['sda', 'vdb', 'nvme0n1', 'mmcblk0', 'dm-0', 'md127', 'sdaa', 'nbd0'],
    ['loop3', 'ram0', 'zram0', 'sr0', 'fd0', 'sda1', 'sdaa12', 'vdb2', 'nvme0n1p1', 'mmcblk0p2', 'nbd0p1'],
  ],
])('%j takes and leaves', (options, taken, left) => {
  const isChosen = nameFilter(options)
  expect([...taken, ...left].filter(isChosen)).toEqual(taken)
})
