import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { pressure } from './pressure.ts'

const line = (kind: string, total: number): string => `${kind} avg10=1.50 avg60=0.25 avg300=0.00 total=${total}\n`

function key(resource: string, stall: string): string {
  return `hostvitals.pressure.stall_time{hostvitals.pressure.resource=${resource},hostvitals.pressure.stall=${stall}}`
}

it('says how long tasks stood still, each resource alone', async () => {
  const { roots } = machineTree({
    'proc/stat': 'cpu 1 2 3 4\nbtime 100\n',
    'proc/pressure/cpu': line('some', 2_500_000) + line('full', 0),
    'proc/pressure/memory': line('some', 1) + line('full', 0),
    'proc/pressure/irq': line('full', 7_000_000),
  })
  const rounds = groupRounds(pressure, roots)
  expect(await rounds.next()).toEqual({
    [key('cpu', 'some')]: 2.5,
    [key('memory', 'some')]: 0.000_001,
    [key('memory', 'full')]: 0,
    [key('irq', 'full')]: 7,
  })
  expect((await rounds.nextSamples())[0]).toMatchObject({ startTimeMs: 100_000 })
})

it('gives the averages when asked', async () => {
  const { roots } = machineTree({ 'proc/stat': 'cpu 1 2 3 4\nbtime 1\n', 'proc/pressure/io': line('some', 1) })
  const also = ['hostvitals.pressure.stall_share']
  const found = await groupRounds(pressure, roots, { also, without: ['hostvitals.pressure.stall_time'] }).next()
  const shareKey = (window: string): string =>
    `${also[0]}{hostvitals.pressure.resource=io,hostvitals.pressure.stall=some,hostvitals.pressure.window=${window}}`
  expect(found).toEqual({ [shareKey('10s')]: 0.015, [shareKey('60s')]: 0.0025, [shareKey('300s')]: 0 })
})

it('has nothing to say where the kernel has no such files, and fails where one is cut off', async () => {
  const { roots, write } = machineTree({ 'proc/stat': 'cpu 1 2 3 4\nbtime 1\n' })
  const rounds = groupRounds(pressure, roots)
  expect(await rounds.next()).toEqual({})
  write({ 'proc/pressure/io': 'some avg10=' })
  await expect(rounds.next()).rejects.toThrow('pressure/io')
})
