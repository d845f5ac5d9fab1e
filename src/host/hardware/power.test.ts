import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { powerSupplies } from './power.ts'
import { parsePowerSupply } from '../proc/power-supply.ts'

const supplies = 'sys/class/power_supply'
const battery = `POWER_SUPPLY_NAME=BAT0
POWER_SUPPLY_TYPE=Battery
POWER_SUPPLY_STATUS=Discharging
POWER_SUPPLY_PRESENT=1
POWER_SUPPLY_TECHNOLOGY=Li-ion
POWER_SUPPLY_CYCLE_COUNT=214
POWER_SUPPLY_VOLTAGE_NOW=11412000
POWER_SUPPLY_POWER_NOW=9000000
POWER_SUPPLY_ENERGY_FULL_DESIGN=50000000
POWER_SUPPLY_ENERGY_FULL=40000000
POWER_SUPPLY_ENERGY_NOW=30000000
POWER_SUPPLY_CAPACITY=74
POWER_SUPPLY_HEALTH=Good
POWER_SUPPLY_MODEL_NAME=LNV-45N1
POWER_SUPPLY_MANUFACTURER=LGC
`
const mains = 'POWER_SUPPLY_NAME=AC\nPOWER_SUPPLY_TYPE=Mains\nPOWER_SUPPLY_ONLINE=0\n'

it('measures the battery and the mains of a laptop', async () => {
  const { roots } = machineTree({ [`${supplies}/BAT0/uevent`]: battery, [`${supplies}/AC/uevent`]: mains })
  const own = 'hw.id=BAT0,hw.name=LNV-45N1'
  expect(await groupRounds(powerSupplies, roots).next()).toEqual({
    'hostvitals.power.online{hw.id=AC,hw.name=AC}': 0,
    [`hw.battery.charge{hw.battery.chemistry=Li-ion,hw.id=BAT0,hw.model=LNV-45N1,hw.name=LNV-45N1,hw.vendor=LGC}`]: 0.75,
    [`hw.battery.time_left{hw.battery.chemistry=Li-ion,hw.battery.state=discharging,hw.id=BAT0,hw.model=LNV-45N1,hw.name=LNV-45N1,hw.vendor=LGC}`]: 12_000,
    [`hostvitals.power.battery.state{hw.battery.state=charging,${own}}`]: 0,
    [`hostvitals.power.battery.state{hw.battery.state=discharging,${own}}`]: 1,
    [`hostvitals.power.battery.state{hw.battery.state=not_charging,${own}}`]: 0,
    [`hostvitals.power.battery.state{hw.battery.state=full,${own}}`]: 0,
    [`hostvitals.power.battery.capacity{${own}}`]: 0.8,
    [`hostvitals.power.battery.cycles{${own}}`]: 214,
    [`hw.status{${own},hw.state=ok,hw.type=battery}`]: 1,
    [`hw.status{${own},hw.state=degraded,hw.type=battery}`]: 0,
    [`hw.status{${own},hw.state=failed,hw.type=battery}`]: 0,
    [`hw.power{${own},hw.type=battery}`]: 9,
    [`hw.voltage{${own}}`]: 11.412,
  })
})

const of = (...lines: readonly string[]): string => lines.map((line) => `POWER_SUPPLY_${line}\n`).join('')

it.each([
  ['charge', of('CHARGE_NOW=1500000', 'CHARGE_FULL=3000000', 'CAPACITY=51'), 0.5],
  ['charge', of('CAPACITY=51'), 0.51],
  ['charge', of('ENERGY_NOW=5', 'ENERGY_FULL=0'), undefined],
  ['secondsLeft', of('STATUS=Charging', 'ENERGY_NOW=30', 'ENERGY_FULL=40', 'POWER_NOW=20'), 1800],
  ['secondsLeft', of('STATUS=Discharging', 'CHARGE_NOW=30', 'CHARGE_FULL=40', 'CURRENT_NOW=-20'), 5400],
  ['secondsLeft', of('STATUS=Discharging', 'TIME_TO_EMPTY_NOW=77', 'CHARGE_NOW=30', 'CURRENT_NOW=20'), 77],
  ['secondsLeft', of('STATUS=Discharging', 'TIME_TO_EMPTY_NOW=0', 'TIME_TO_EMPTY_AVG=66'), 66],
  ['secondsLeft', of('STATUS=Discharging', 'ENERGY_NOW=30', 'ENERGY_FULL=40', 'POWER_NOW=0'), undefined],
  ['secondsLeft', of('STATUS=Full', 'ENERGY_NOW=40', 'ENERGY_FULL=40', 'POWER_NOW=20'), undefined],
  ['watts', of('VOLTAGE_NOW=12000000', 'CURRENT_NOW=-500000'), 6],
  ['celsius', of('TEMP=314'), 31.4],
  ['status', of('STATUS=Unknown'), undefined],
  ['cycles', of('CYCLE_COUNT=many'), undefined],
  ['cycles', '\u0000\u0001\n=\nPOWER_SUPPLY_CYCLE_COUNT', undefined],
] as const)('%s of %j is %s', (key, uevent, value) => {
  expect(parsePowerSupply(uevent)[key]).toBe(value)
})

it.each([
  ['Overheat', 'degraded'],
  ['Dead', 'failed'],
  ['Good', 'ok'],
])('health %s is %s', async (health, state) => {
  const { roots } = machineTree({ [`${supplies}/BAT0/uevent`]: of('TYPE=Battery', `HEALTH=${health}`) })
  const found = Object.entries(await groupRounds(powerSupplies, roots).next())
  expect(found.filter(([, value]) => value === 1).map(([key]) => /hw\.state=(\w+)/.exec(key)?.[1])).toEqual([state])
})

it('has nothing of a battery that is taken out, or of a machine without', async () => {
  const { roots, write, remove } = machineTree({ [`${supplies}/BAT0/uevent`]: of('TYPE=Battery', 'CAPACITY=9') })
  const rounds = groupRounds(powerSupplies, roots)
  const charge = 'hw.battery.charge{hw.id=BAT0,hw.name=BAT0}'
  expect(await rounds.next()).toEqual({ [charge]: 0.09 })
  write({ [`${supplies}/BAT0/uevent`]: of('TYPE=Battery', 'PRESENT=0', 'CAPACITY=9') })
  expect(await rounds.next()).toEqual({})
  remove(supplies)
  expect(await rounds.next()).toEqual({})
  write({ [`${supplies}/BAT0/uevent`]: of('TYPE=Battery', 'CAPACITY=8') })
  expect(await rounds.next()).toEqual({ [charge]: 0.08 })
})
