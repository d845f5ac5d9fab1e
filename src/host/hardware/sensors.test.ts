import { symlinkSync, mkdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { sensors } from './sensors.ts'

const cpu = 'sys/class/hwmon/hwmon2'

const laptop = {
  [`${cpu}/name`]: 'coretemp\n',
  [`${cpu}/temp1_input`]: '47000\n',
  [`${cpu}/temp1_label`]: 'Package id 0\n',
  [`${cpu}/temp1_max`]: '100000\n',
  [`${cpu}/temp1_crit`]: '105500\n',
  'sys/class/thermal/thermal_zone0/type': 'acpitz\n',
  'sys/class/thermal/thermal_zone0/temp': '27800\n',
  'sys/class/thermal/thermal_zone0/trip_point_0_type': 'critical\n',
  'sys/class/thermal/thermal_zone0/trip_point_0_temp': '119000\n',
  'sys/class/thermal/thermal_zone0/trip_point_1_type': 'passive\n',
  'sys/class/thermal/thermal_zone0/trip_point_1_temp': '90000\n',
}
const core = 'hw.id=coretemp-hwmon2/temp1'
const package0 = 'hw.name=coretemp Package id 0,hw.parent=coretemp-hwmon2,hw.sensor_location=Package id 0'

it('measures chips and thermal zones, with their limits', async () => {
  const { roots } = machineTree(laptop)
  expect(await groupRounds(sensors, roots).next()).toEqual({
    [`hw.temperature{${core},${package0}}`]: 47,
    'hw.temperature{hw.id=thermal_zone0,hw.name=acpitz,hw.sensor_location=acpitz}': 27.8,
    [`hw.temperature.limit{${core},hw.limit_type=high.degraded,${package0}}`]: 100,
    [`hw.temperature.limit{${core},hw.limit_type=high.critical,${package0}}`]: 105.5,
    'hw.temperature.limit{hw.id=thermal_zone0,hw.limit_type=high.critical,hw.name=acpitz,hw.sensor_location=acpitz}': 119,
  })
})

it.each([
  ['fan1_input', '2100', 'hw.fan.speed', 2100, ''],
  ['in0_input', '1128', 'hw.voltage', 1.128, ''],
  ['in0_input', '-12050', 'hw.voltage', -12.05, ''],
  ['curr1_input', '500', 'hostvitals.hw.current', 0.5, ''],
  ['humidity1_input', '45000', 'hostvitals.hw.humidity', 0.45, ''],
  ['power1_average', '25500000', 'hw.power', 25.5, ',hw.type=sensor'],
  ['energy1_input', '123456789', 'hw.energy', 123.456789, ',hw.type=sensor'],
])('%s with %s is %s %d', async (file, text, name, value, type) => {
  const { roots } = machineTree({
    'proc/stat': 'cpu 1 2 3 4\nbtime 1\n',
    'sys/class/hwmon/hwmon0/name': 'nct6775',
    [`sys/class/hwmon/hwmon0/${file}`]: text,
  })
  const sensor = file.split('_')[0] ?? ''
  expect(await groupRounds(sensors, roots).next()).toEqual({
    [`${name}{hw.id=nct6775-hwmon0/${sensor},hw.name=nct6775 ${sensor},hw.parent=nct6775-hwmon0${type}}`]: value,
  })
})

it.each([
  ['what is no number', 'N/A'],
  ['nothing', ''],
  ['bytes', '\u0000\u0001\u0002'],
  ['half a number', '47.'],
])('leaves out a sensor that says %s, and it alone', async (_what, text) => {
  const { roots } = machineTree({ ...laptop, [`${cpu}/temp2_input`]: text })
  const found = Object.keys(await groupRounds(sensors, roots, { without: ['hw.temperature.limit'] }).next())
  expect(found.map((key) => /hw\.id=([^,]+)/.exec(key)?.[1])).toEqual(['coretemp-hwmon2/temp1', 'thermal_zone0'])
})

it('says of a broken sensor that it is, and not what it measures', async () => {
  const { roots, write } = machineTree({ [`${cpu}/name`]: 'k10temp', [`${cpu}/temp1_input`]: '40000' })
  write({ [`${cpu}/temp1_fault`]: '1' })
  const rounds = groupRounds(sensors, roots)
  const of = 'hw.id=k10temp-hwmon2/temp1,hw.name=k10temp temp1,hw.parent=k10temp-hwmon2'
  expect(await rounds.next()).toEqual({
    [`hw.status{${of},hw.state=ok,hw.type=temperature}`]: 0,
    [`hw.status{${of},hw.state=failed,hw.type=temperature}`]: 1,
  })
  write({ [`${cpu}/temp1_fault`]: '0' })
  expect(await rounds.next()).toMatchObject({ [`hw.temperature{${of}}`]: 40 })
})

it('a chip that is gone is a gap, and one that comes is found', async () => {
  const { roots, write, remove } = machineTree(laptop)
  const rounds = groupRounds(sensors, roots, { without: ['hw.temperature.limit'] })
  const names = async (): Promise<number> => Object.keys(await rounds.next()).length
  expect(await names()).toBe(2)
  remove('sys/class/hwmon/hwmon2')
  expect(await names()).toBe(1)
  write(laptop)
  expect(await names()).toBe(2)
  // The same number, another chip with other sensors: found when none of the known ones answers.
  remove('sys/class/hwmon/hwmon2')
  write({ [`${cpu}/name`]: 'nvme', [`${cpu}/temp7_input`]: '30000' })
  expect(await names()).toBe(1)
  expect(Object.keys(await rounds.next())[0]).toContain('nvme')
})

it('names a chip after its device, and leaves one out that is a thermal zone’s', async () => {
  const { roots } = machineTree({ ...laptop, 'sys/class/hwmon/hwmon0/name': 'acpitz', [`${cpu}/temp1_crit`]: '1' })
  mkdirSync(`${roots.sys}/devices/coretemp.0`, { recursive: true })
  symlinkSync('../../../devices/coretemp.0', `${roots.sys}/class/hwmon/hwmon2/device`)
  symlinkSync('../../thermal/thermal_zone0', `${roots.sys}/class/hwmon/hwmon0/device`)
  const found = Object.keys(await groupRounds(sensors, roots, { without: ['hw.temperature.limit'] }).next())
  expect(found).toHaveLength(2)
  expect(found[0]).toContain('hw.id=coretemp-coretemp.0/temp1')
})

it('chooses chips by name', async () => {
  const { roots } = machineTree(laptop)
  const found = await groupRounds(sensors, roots, { include: ['core*'], without: ['hw.temperature.limit'] }).next()
  expect(Object.values(found)).toEqual([47])
})

it('has nothing on a machine without sensors', async () => {
  expect(await groupRounds(sensors, machineTree({}).roots).next()).toEqual({})
})

it('counts energy from the boot, though the sensor answers late or not for a while', async () => {
  const energy = `${cpu}/energy1_input`
  const { roots, write } = machineTree({ 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n', [`${cpu}/name`]: 'amd_energy' })
  write({ [energy]: '' })
  const rounds = groupRounds(sensors, roots)
  const starts: (readonly (number | undefined)[])[] = []
  for (const text of ['', '5000000', '', '6000000', '1000000']) {
    write({ [energy]: text })
    starts.push((await rounds.nextSamples()).map((sample) => sample.startTimeMs))
  }
  expect(starts).toEqual([[], [100_000], [], [100_000], [1_003_001]])
})
