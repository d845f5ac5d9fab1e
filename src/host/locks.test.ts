import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { locks } from './locks.ts'

const posix = '1: POSIX  ADVISORY  WRITE 24654 fe:00:9988080 0 EOF\n'
const flock = '2: FLOCK  ADVISORY  READ 1 08:01:5 0 EOF\n'

function key(device: string, mechanism: string, type: string): string {
  const kind = `file.lock.mechanism=${mechanism},file.lock.mode=ADVISORY,file.lock.type=${type}`
  return `system.filesystem.lock.count{${kind},system.device=${device}}`
}

it('counts locks by device and kind, and says when the last of a kind is gone', async () => {
  const { roots, write } = machineTree({ 'proc/locks': `${posix}${posix}2: -> ${posix.slice(3)}${flock}` })
  const rounds = groupRounds(locks, roots)
  expect(await rounds.next()).toEqual({ [key('fe:00', 'POSIX', 'write')]: 2, [key('08:01', 'FLOCK', 'read')]: 1 })
  write({ 'proc/locks': flock })
  expect(await rounds.next()).toEqual({ [key('fe:00', 'POSIX', 'write')]: 0, [key('08:01', 'FLOCK', 'read')]: 1 })
})

it('has nothing to say without the file, and fails where it is cut off', async () => {
  expect(await groupRounds(locks, machineTree({}).roots).next()).toEqual({})
  const { roots } = machineTree({ 'proc/locks': '1: POSIX  ADV' })
  await expect(groupRounds(locks, roots).next()).rejects.toThrow('locks')
})
