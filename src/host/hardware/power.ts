import type { Attributes } from '../../metric/sample.ts'
import { askDevices, unanswered } from './devices.ts'
import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import * as hardware from './hardware-metrics.ts'
import { type HardwareReading, putReadings } from './hardware-reading.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from '../name-filter.ts'
import { parsePowerSupply, type PowerSupply } from '../proc/power-supply.ts'

const ofSupply = { 'hw.id': 'the kernel’s name', 'hw.name': 'the model, or the kernel’s name' }
const ofBattery = {
  ...ofSupply,
  'hw.model': 'the model',
  'hw.vendor': 'who made it',
  'hw.battery.chemistry': 'Li-ion …',
}
const uevent = '/sys/class/power_supply/*/uevent'

const charge: Definition = {
  name: 'hw.battery.charge',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the battery that is charged',
  attributes: ofBattery,
  source: `${uevent}: ENERGY_NOW divided by ENERGY_FULL, else CHARGE_NOW by CHARGE_FULL, else CAPACITY by 100`,
}
const timeLeft: Definition = {
  name: 'hw.battery.time_left',
  unit: 's',
  kind: 'gauge',
  description: 'Time until the battery is empty, or full',
  attributes: { ...ofBattery, 'hw.battery.state': 'charging, discharging' },
  source: `${uevent}: TIME_TO_EMPTY or TIME_TO_FULL, else what is left divided by POWER_NOW or CURRENT_NOW`,
}
const batteryState: Definition = {
  name: 'hostvitals.power.battery.state',
  unit: '1',
  kind: 'updowncounter',
  integer: true,
  description: '1 for what the battery does, 0 for the others',
  attributes: { ...ofSupply, 'hw.battery.state': 'charging, discharging, not_charging, full' },
  source: `${uevent}: STATUS`,
}
const capacity: Definition = {
  name: 'hostvitals.power.battery.capacity',
  unit: '1',
  kind: 'gauge',
  description: 'What the battery holds when full, as a share of what it held when new',
  attributes: ofSupply,
  source: `${uevent}: ENERGY_FULL divided by ENERGY_FULL_DESIGN, or the same of CHARGE`,
}
const cycles: Definition = {
  name: 'hostvitals.power.battery.cycles',
  unit: '{cycle}',
  kind: 'updowncounter',
  integer: true,
  description: 'How often the battery was charged',
  attributes: ofSupply,
  source: `${uevent}: CYCLE_COUNT`,
}
const online: Definition = {
  name: 'hostvitals.power.online',
  unit: '1',
  kind: 'updowncounter',
  integer: true,
  description: '1 where the supply gives power to the machine, 0 where it does not',
  attributes: ofSupply,
  source: `${uevent}: ONLINE`,
}
const status: Definition = {
  ...hardware.status,
  attributes: { ...ofSupply, 'hw.type': 'battery, power_supply', 'hw.state': 'ok, degraded, failed' },
  source: `${uevent}: HEALTH; Good is ok, Dead and Unspecified failure are failed, all else is degraded`,
}
const power: Definition = {
  ...hardware.power,
  attributes: { ...ofSupply, 'hw.type': 'battery, power_supply' },
  source: `${uevent}: POWER_NOW, else VOLTAGE_NOW times CURRENT_NOW, without sign`,
}
const voltage: Definition = { ...hardware.voltage, attributes: ofSupply, source: `${uevent}: VOLTAGE_NOW` }
const temperature: Definition = { ...hardware.temperature, attributes: ofSupply, source: `${uevent}: TEMP by 10` }

/** Batteries, mains, and what else gives power. */
export const powerSupplies: Group = defineGroup<NameFilterOptions>({
  name: 'power',
  about:
    'Batteries, mains and other power supplies of /sys/class/power_supply. One that does not answer costs only itself: `hostvitals.hw.unanswered` says so. Where eight devices of all groups together hang, the others are not asked, and it says that, too; one that is taken out is a gap.',
  metrics: [charge, timeLeft, batteryState, capacity, cycles, online, status, power, voltage, temperature, unanswered],
  defaults: { include: [], exclude: [] },
  sentences: nameFilterSentences('supplies'),
  open: (options) => {
    const isChosen = nameFilter(options)
    return async (round) => {
      const names = round.listSys('class/power_supply').filter((name) => isChosen(name))
      const devices = names.map((name) => ({ path: `class/power_supply/${name}`, files: ['uevent'], id: name }))
      const found = await askDevices(round, devices)
      const readings = devices.flatMap(({ path, id }) => {
        const text = found.get(path)?.get('uevent')
        return text === undefined ? [] : [readingsOf(id, parsePowerSupply(text))]
      })
      putReadings(round, readings)
    }
  },
})

function readingsOf(name: string, supply: PowerSupply): readonly HardwareReading[] {
  if (!supply.isPresent) return []
  const { model, vendor, technology } = supply
  const isBattery = supply.type === 'Battery' || supply.type === 'UPS'
  const own: Attributes = { 'hw.id': name, 'hw.name': model ?? name }
  const typed: Attributes = { ...own, 'hw.type': isBattery ? 'battery' : 'power_supply' }
  const described: Attributes = {
    ...own,
    ...(model === undefined ? {} : { 'hw.model': model }),
    ...(vendor === undefined ? {} : { 'hw.vendor': vendor }),
    ...(technology === undefined ? {} : { 'hw.battery.chemistry': technology }),
  }
  return [
    one(charge, supply.charge, described),
    one(timeLeft, supply.secondsLeft, { ...described, 'hw.battery.state': supply.status?.toLowerCase() ?? '' }),
    ...oneOf(batteryState, own, 'hw.battery.state', isBattery ? supply.status : undefined, {
      charging: ['Charging'],
      discharging: ['Discharging'],
      not_charging: ['Not charging'],
      full: ['Full'],
    }),
    one(capacity, supply.capacity, own),
    one(cycles, supply.cycles, own),
    one(online, supply.isOnline === undefined ? undefined : Number(supply.isOnline), own),
    ...oneOf(status, typed, 'hw.state', supply.health, {
      ok: ['Good'],
      failed: ['Dead', 'Unspecified failure'],
      degraded: undefined,
    }),
    one(power, supply.watts, typed),
    one(voltage, supply.volts, own),
    one(temperature, supply.celsius, own),
  ]
}

function one(metric: Definition, value: number | undefined, attributes: Attributes): HardwareReading {
  return { metric, value, attributes }
}

/** 1 for the state that has the text, 0 for the others; the state of undefined has what no other has. */
function oneOf(
  metric: Definition,
  attributes: Attributes,
  key: string,
  text: string | undefined,
  states: Readonly<Record<string, readonly string[] | undefined>>,
): readonly HardwareReading[] {
  if (text === undefined) return []
  const named = new Set(Object.values(states).flatMap((texts) => texts ?? []))
  return Object.entries(states).map(([state, texts]) => ({
    metric,
    value: Number(texts === undefined ? !named.has(text) : texts.includes(text)),
    attributes: { ...attributes, [key]: state },
  }))
}
