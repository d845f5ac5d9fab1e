import { expect, it } from 'vitest'
import { type Found, groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { disk } from './disk.ts'

const stat = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n' }
const old = '8 0 sda 10 1 200 3000 20 2 400 5000 7 6000 9000'
const extra = disk.metrics.filter(({ isOptIn }) => isOptIn).map(({ name }) => name)

async function measure(diskstats: string, options = {}, tree = {}): Promise<Found> {
  return groupRounds(disk, machineTree({ ...stat, 'proc/diskstats': diskstats, ...tree }).roots, options).next()
}

function devices(found: Found): readonly string[] {
  return [...new Set(Object.keys(found).map((key) => /system\.device=([^,}]*)/.exec(key)?.[1] ?? ''))]
}

function towards(direction: string): string {
  return `{disk.io.direction=${direction},system.device=sda}`
}

it('says what a disk did, in bytes and seconds', async () => {
  expect(await measure(`${old}\n`)).toEqual({
    [`system.disk.io${towards('read')}`]: 102_400,
    [`system.disk.io${towards('write')}`]: 204_800,
    [`system.disk.operations${towards('read')}`]: 10,
    [`system.disk.operations${towards('write')}`]: 20,
    [`system.disk.merged${towards('read')}`]: 1,
    [`system.disk.merged${towards('write')}`]: 2,
    [`system.disk.operation_time${towards('read')}`]: 3,
    [`system.disk.operation_time${towards('write')}`]: 5,
    'system.disk.io_time{system.device=sda}': 6,
    'system.disk.weighted_io_time{system.device=sda}': 9,
    'system.disk.pending_operations{system.device=sda}': 7,
  })
})

it.each([
  ['Linux before 4.18', old, {}],
  ['Linux 4.18', `${old} 4 1 8 500`, { discards: 4, discards_merged: 1, discarded: 4096, discard_time: 0.5 }],
  [
    'Linux 5.5',
    `${old} 4 1 8 500 6 250`,
    { discards: 4, discards_merged: 1, discarded: 4096, discard_time: 0.5, flushes: 6, flush_time: 0.25 },
  ],
  [
    'a kernel that is still to come',
    `${old} 4 1 8 500 6 250 77 88`,
    { discards: 4, discards_merged: 1, discarded: 4096, discard_time: 0.5, flushes: 6, flush_time: 0.25 },
  ],
])('has on request what %s says', async (_kernel, line, expected) => {
  const found = await measure(`${line}\n`, { also: extra })
  const own = Object.entries(found).filter(([key]) => key.startsWith('hostvitals.'))
  expect(Object.fromEntries(own)).toEqual(
    Object.fromEntries(
      Object.entries(expected).map(([what, value]) => [`hostvitals.disk.${what}{system.device=sda}`, value]),
    ),
  )
})

it('says a disk’s size on request', async () => {
  const tree = { 'sys/class/block/sda/size': '2048\n', 'sys/class/block/cciss!c0d0/size': '4096\n' }
  const lines = `${old}\n${old.replace('sda', 'cciss/c0d0')}\n${old.replace('sda', 'sdb')}\n`
  const found = await measure(lines, { also: ['system.disk.limit'] }, tree)
  expect(Object.fromEntries(Object.entries(found).filter(([key]) => key.startsWith('system.disk.limit')))).toEqual({
    'system.disk.limit{system.device=sda}': 1_048_576,
    'system.disk.limit{system.device=cciss/c0d0}': 2_097_152,
  })
})

it.each([
  [{}, ['sda', 'dm-0']],
  [{ include: ['sda1'], exclude: [] }, ['sda1']],
  [{ exclude: ['dm-*'] }, ['sda', 'sda1', 'loop0']],
])('with %j it has %j', async (options, expected) => {
  const lines = ['sda', 'sda1', 'loop0', 'dm-0'].map((name) => `${old.replace('sda', name)}\n`)
  expect(devices(await measure(lines.join(''), options))).toEqual(expected)
})

it('has no numbers of a disk that is gone, and counts anew where another is in its place', async () => {
  const { roots, write } = machineTree({ ...stat, 'proc/diskstats': `${old}\n` })
  const rounds = groupRounds(disk, roots)
  await rounds.next()
  write({ 'proc/diskstats': '' })
  expect(await rounds.next()).toEqual({})
  write({ 'proc/diskstats': `${old.replace('200', '100')}\n` })
  expect((await rounds.nextSamples())[0]).toMatchObject({ value: 51_200, startTimeMs: 1_001_001 })
})

it.each(['8 0 sda 1 2 3', `${old} 4 1`, '8 0 sda a b c d e f g h i j k', '\u0000\u0001\u0002'])(
  'fails at %j',
  async (text) => {
    await expect(measure(text)).rejects.toThrow('diskstats')
  },
)
