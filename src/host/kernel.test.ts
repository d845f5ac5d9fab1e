import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { kernel } from './kernel.ts'

const usage = 'hostvitals.file_handle.usage'

it.each([
  ['1532\t0\t2466170\n', { [usage]: 1532, 'hostvitals.file_handle.limit': 2_466_170 }],
  ['1532\t32\t9223372036854775807\n', { [usage]: 1500 }],
])('of the open files %j', async (text, expected) => {
  const { roots } = machineTree({ 'proc/sys/fs/file-nr': text })
  expect(await groupRounds(kernel, roots).next()).toEqual(expected)
})

it('says the entropy, or nothing at all', async () => {
  const { roots, remove } = machineTree({ 'proc/sys/kernel/random/entropy_avail': '256\n' })
  const rounds = groupRounds(kernel, roots)
  expect(await rounds.next()).toEqual({ 'hostvitals.entropy.available': 256 })
  remove('proc/sys/kernel/random/entropy_avail')
  expect(await rounds.next()).toEqual({})
})

it('fails where a file is cut off', async () => {
  const { roots } = machineTree({ 'proc/sys/fs/file-nr': '1532 0' })
  await expect(groupRounds(kernel, roots).next()).rejects.toThrow('file-nr')
})
