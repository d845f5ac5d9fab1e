import { renameSync, symlinkSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { EventLog } from '../../../test/support/event-log.ts'
import { fifo } from '../../../test/support/fifo.ts'
import { type Found, groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import type { CrewThread } from '../crew/crew-thread.ts'
import type { DeviceAnswer, DeviceQuestion } from '../crew/device-answer.ts'
import { HostFiles } from '../host-files.ts'
import { powerSupplies } from './power.ts'
import { sensors } from './sensors.ts'

const hwmon = 'sys/class/hwmon'
const patient = { timeout: 30_000 }
const fine = { [`${hwmon}/hwmon0/name`]: 'fine', [`${hwmon}/hwmon0/temp1_input`]: '40000' }

/** Rounds in threads of their own, which end with the test. */
function real(group: typeof sensors, roots: ReturnType<typeof machineTree>['roots']) {
  const files = new HostFiles()
  const events = new EventLog()
  onTestFinished(() => files.close())
  return { events, rounds: groupRounds(group, roots, {}, { files, emit: events.emit }) }
}

function short(found: Found): Found {
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [key.replaceAll(/,?hw\.(?:name|parent)=[^,}]*/g, ''), value]),
  )
}

it('lets a chip that hangs cost its own numbers, says so, and asks it again once it has answered', async () => {
  const { roots, write } = machineTree({
    ...fine,
    [`${hwmon}/hwmon1/name`]: 'stuck',
    [`${hwmon}/hwmon1/temp1_max`]: '90000',
  })
  const input = `${roots.sys}/class/hwmon/hwmon1/temp1_input`
  const hangs = fifo(input)
  const { rounds, events } = real(sensors, roots)
  const others = { 'hw.temperature{hw.id=fine-hwmon0/temp1}': 40 }
  const gap = { ...others, 'hostvitals.hw.unanswered{error.type=timeout,hw.id=stuck-hwmon1}': 2 }
  // A busy machine may take more than a round to start the second thread.
  await expect.poll(async () => short(await rounds.next()), patient).toEqual(gap)
  expect(short(await rounds.next())).toEqual(gap)
  expect(events.all('metric.hung').map(({ data }) => data)).toEqual([{ metric: 'sensors', what: 'stuck-hwmon1' }])
  hangs.answer()
  write({ 'sys/next': '50000' })
  renameSync(`${roots.sys}/next`, input)
  await expect
    .poll(async () => short(await rounds.next()), patient)
    .toEqual({
      ...others,
      'hw.temperature{hw.id=stuck-hwmon1/temp1}': 50,
      'hw.temperature.limit{hw.id=stuck-hwmon1/temp1,hw.limit_type=high.degraded}': 90,
    })
  expect(events.all('metric.answered').map(({ data }) => data)).toEqual([{ metric: 'sensors', what: 'stuck-hwmon1' }])
})

it('does so with a battery, too', async () => {
  const { roots } = machineTree({
    'sys/class/power_supply/AC/uevent': 'POWER_SUPPLY_NAME=AC\nPOWER_SUPPLY_TYPE=Mains\nPOWER_SUPPLY_ONLINE=1\n',
    'sys/class/power_supply/BAT0/type': 'Battery',
  })
  fifo(`${roots.sys}/class/power_supply/BAT0/uevent`)
  const { rounds, events } = real(powerSupplies, roots)
  await expect
    .poll(async () => short(await rounds.next()), patient)
    .toEqual({
      'hostvitals.power.online{hw.id=AC}': 1,
      'hostvitals.hw.unanswered{error.type=timeout,hw.id=BAT0}': 1,
    })
  expect(events.all('metric.hung').map(({ data }) => data)).toEqual([{ metric: 'power', what: 'BAT0' }])
})

function hung(id: string): Found {
  return { [`hostvitals.hw.unanswered{error.type=timeout,hw.id=${id}}`]: 1 }
}

it('asks the others where two hang, be it in one group or in two', async () => {
  const { roots } = machineTree({
    [`${hwmon}/hwmon0/name`]: 'stuck',
    'sys/class/power_supply/BAT0/type': 'Battery',
    'sys/class/power_supply/USB/uevent': 'POWER_SUPPLY_ONLINE=1\n',
  })
  fifo(`${roots.sys}/class/hwmon/hwmon0/temp1_input`)
  fifo(`${roots.sys}/class/power_supply/BAT0/uevent`)
  const files = new HostFiles()
  onTestFinished(() => files.close())
  const [chips, supplies] = [sensors, powerSupplies].map((group) => groupRounds(group, roots, {}, { files }))
  await expect.poll(async () => short((await chips?.next()) ?? {}), patient).toEqual(hung('stuck-hwmon0'))
  const both = { ...hung('BAT0'), 'hostvitals.power.online{hw.id=USB}': 1 }
  await expect.poll(async () => short((await supplies?.next()) ?? {}), patient).toEqual(both)
  expect(short((await supplies?.next()) ?? {})).toEqual(both)
})

it('tells once of whom nobody could ask, and why, and counts it each round', async () => {
  const { roots, write } = machineTree(fine)
  write({ [`${hwmon}/hwmon0/temp1_max`]: '90000' })
  const events = new EventLog()
  const state = { isRefused: true }
  const files = new HostFiles(() => {
    if (state.isRefused) throw new Error('EAGAIN')
    return saying('ENOENT')
  })
  const rounds = groupRounds(sensors, roots, {}, { files, emit: events.emit })
  const gap = { 'hostvitals.hw.unanswered{error.type=not_asked,hw.id=fine-hwmon0}': 2 }
  expect(short(await rounds.next())).toEqual(gap)
  expect(short(await rounds.next())).toEqual(gap)
  expect(events.all('metric.unasked').map(({ data }) => data)).toEqual([
    { metric: 'sensors', what: 'fine-hwmon0', reason: 'no thread could be started: EAGAIN' },
  ])
  state.isRefused = false
  expect(short(await rounds.next())).toEqual({})
  expect(events.all('metric.answered').map(({ data }) => data)).toEqual([{ metric: 'sensors', what: 'fine-hwmon0' }])
})

it('tells an error of the kernel once, counts it each round, and goes on when it is over', async () => {
  const { roots, write, remove } = machineTree({ ...fine, [`${hwmon}/hwmon1/name`]: 'odd' })
  const { rounds, events } = real(sensors, roots)
  const input = `${roots.sys}/class/hwmon/hwmon1/temp1_input`
  // What lies at the address 0 of a process cannot be read.
  symlinkSync('/proc/self/mem', input)
  const others = { 'hw.temperature{hw.id=fine-hwmon0/temp1}': 40 }
  const gap = { ...others, 'hostvitals.hw.unanswered{error.type=EIO,hw.id=odd-hwmon1}': 1 }
  expect(short(await rounds.next())).toEqual(gap)
  expect(short(await rounds.next())).toEqual(gap)
  expect(events.all('metric.silent').map(({ data }) => data)).toEqual([
    { metric: 'sensors', what: 'odd-hwmon1', reason: 'EIO' },
  ])
  remove(`${hwmon}/hwmon1/temp1_input`)
  write({ [`${hwmon}/hwmon1/temp1_input`]: '30000' })
  expect(short(await rounds.next())).toEqual({ ...others, 'hw.temperature{hw.id=odd-hwmon1/temp1}': 30 })
  expect(events.all('metric.answered').map(({ data }) => data)).toEqual([{ metric: 'sensors', what: 'odd-hwmon1' }])
})

const isReady = Promise.resolve()

/** A thread that is told this error, whatever it asks. */
function saying(error: string): CrewThread<DeviceQuestion, DeviceAnswer> {
  return {
    ready: isReady,
    ask: async ({ files }) => files.map(() => ({ error })),
    end: () => undefined,
  }
}

it.each([
  ['EAGAIN', true],
  ['ENODATA', true],
  ['ETIMEDOUT', true],
  ['EBUSY', true],
  // Not there, not ours, gone, or nothing that it has.
  ['ENOENT', false],
  ['EACCES', false],
  ['ENODEV', false],
  ['ENXIO', false],
  ['EOPNOTSUPP', false],
])('%s is a trouble: %s', async (error, isTold) => {
  const { roots } = machineTree(fine)
  const events = new EventLog()
  const files = new HostFiles(() => saying(error))
  const found = short(await groupRounds(sensors, roots, {}, { files, emit: events.emit }).next())
  expect(found).toEqual(isTold ? { [`hostvitals.hw.unanswered{error.type=${error},hw.id=fine-hwmon0}`]: 1 } : {})
  expect(events.all('metric.silent')).toHaveLength(isTold ? 1 : 0)
})
