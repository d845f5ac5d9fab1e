import { expect, it } from 'vitest'
import { type Found, groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree, type MachineTree } from '../../test/support/machine-tree.ts'
import { mdraid } from './mdraid.ts'

function array(name: string, files: Readonly<Record<string, string>>): MachineTree {
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`sys/block/${name}/md/${file}`, `${text}\n`]))
}

const whole = array('md0', {
  array_state: 'active',
  raid_disks: '2',
  degraded: '0',
  mismatch_cnt: '0',
  sync_action: 'idle',
  sync_completed: 'none',
  'dev-sda1/state': 'in_sync',
  'dev-sda1/slot': '0',
  'dev-sdb1/state': 'in_sync,write_mostly',
  'dev-sdb1/slot': '1',
})

/** Only what is not 0, without the device. */
function some(found: Found): Found {
  return Object.fromEntries(
    Object.entries(found)
      .filter(([, value]) => value !== 0)
      .map(([key, value]) => [key.replace('hostvitals.mdraid.', '').replace(/,?system\.device=md0/, ''), value]),
  )
}

it('says of an array that it is whole', async () => {
  const { roots } = machineTree({ ...whole, 'sys/block/sda/size': '1' })
  const found = await groupRounds(mdraid, roots).next()
  expect(some(found)).toEqual({
    'state{hostvitals.mdraid.state=active}': 1,
    'disk.count{hostvitals.mdraid.disk.state=active}': 2,
    'disk.required{}': 2,
  })
  expect(found['hostvitals.mdraid.disk.missing{system.device=md0}']).toBe(0)
  expect(found['hostvitals.mdraid.disk.count{hostvitals.mdraid.disk.state=failed,system.device=md0}']).toBe(0)
})

it('follows one that lost a disk and is filled again', async () => {
  const { roots, write, remove } = machineTree(whole)
  const rounds = groupRounds(mdraid, roots)
  await rounds.next()
  write(array('md0', { degraded: '1', 'dev-sdb1/state': 'faulty', 'dev-sdb1/slot': 'none' }))
  expect(some(await rounds.next())).toMatchObject({
    'disk.missing{}': 1,
    'disk.count{hostvitals.mdraid.disk.state=failed}': 1,
    'disk.count{hostvitals.mdraid.disk.state=active}': 1,
  })
  write(
    array('md0', {
      'dev-sdc1/state': 'spare',
      'dev-sdc1/slot': '1',
      'dev-sdd1/state': 'spare',
      'dev-sdd1/slot': 'none',
      sync_action: 'recover',
      sync_completed: '1953125 / 7812500',
      sync_speed: '102400',
    }),
  )
  expect(some(await rounds.next())).toMatchObject({
    'disk.count{hostvitals.mdraid.disk.state=recovering}': 1,
    'disk.count{hostvitals.mdraid.disk.state=spare}': 1,
    'sync.progress{hostvitals.mdraid.sync.action=recover}': 0.25,
    'sync.speed{hostvitals.mdraid.sync.action=recover}': 104_857_600,
  })
  remove('sys/block/md0')
  expect(await rounds.next()).toEqual({})
})

it.each([
  ['an array that has no redundancy', { array_state: 'clean', raid_disks: '2' }, ['state', 'disk.required']],
  ['one that is reshaped', { array_state: 'clean', raid_disks: '4 (3)' }, ['state', 'disk.required']],
  ['bytes instead of numbers', { array_state: 'clean', raid_disks: '\u0000\u0001', degraded: '-' }, ['state']],
  ['a state that is none', { array_state: '\u0000garbage', raid_disks: '2' }, []],
  ['a disk that is strange', { array_state: 'clean', 'dev-sda/state': '\u0001', 'dev-sda/slot': '0' }, ['state']],
  ['a sync that waits', { array_state: 'clean', sync_action: 'resync', sync_completed: 'delayed' }, ['state']],
])('measures of %s what it says', async (_what, files, names) => {
  const { roots } = machineTree(array('md0', files))
  expect(Object.keys(some(await groupRounds(mdraid, roots).next())).map((key) => key.split('{')[0])).toEqual(names)
})

it('chooses arrays by name, and has nothing on a machine without', async () => {
  const { roots } = machineTree({ ...whole, ...array('md127', { array_state: 'broken' }) })
  const found = await groupRounds(mdraid, roots, { exclude: ['md0'] }).next()
  expect(found['hostvitals.mdraid.state{hostvitals.mdraid.state=broken,system.device=md127}']).toBe(1)
  expect(Object.keys(found).filter((key) => key.includes('md0'))).toEqual([])
  expect(await groupRounds(mdraid, machineTree({}).roots).next()).toEqual({})
})
