import type { Definition } from '../definition.ts'

const ofSensor = {
  'hw.id': 'the device and the sensor of it',
  'hw.name': 'the chip and what the driver calls the sensor',
  'hw.parent': 'the chip',
  'hw.sensor_location': 'the driver’s label',
}

/** The conventions' `hw.temperature`; the group says from where. */
export const temperature: Definition = {
  name: 'hw.temperature',
  unit: 'Cel',
  kind: 'gauge',
  description: 'Temperature',
  attributes: ofSensor,
  source: 'temp*_input of a chip, temp of a thermal zone, divided by 1000',
}

/** The conventions' `hw.temperature.limit`. */
export const temperatureLimit: Definition = {
  name: 'hw.temperature.limit',
  unit: 'Cel',
  kind: 'gauge',
  description: 'What the temperature should not pass',
  attributes: { ...ofSensor, 'hw.limit_type': 'high.critical, high.degraded, low.critical, low.degraded' },
  source:
    'temp*_crit, _max, _lcrit and _min of a chip, critical and hot trip points of a thermal zone, divided by 1000',
}

/** The conventions' `hw.fan.speed`. */
export const fanSpeed: Definition = {
  name: 'hw.fan.speed',
  unit: 'rpm',
  kind: 'gauge',
  integer: true,
  description: 'Speed of a fan',
  attributes: ofSensor,
  source: 'fan*_input',
}

/** The conventions' `hw.voltage`, of a chip or a power supply. */
export const voltage: Definition = {
  name: 'hw.voltage',
  unit: 'V',
  kind: 'gauge',
  description: 'Voltage',
  attributes: ofSensor,
  source: 'in*_input divided by 1000',
}

/** The conventions' `hw.power`, of a chip or a power supply. */
export const power: Definition = {
  name: 'hw.power',
  unit: 'W',
  kind: 'gauge',
  description: 'Power that is drawn or given',
  attributes: { ...ofSensor, 'hw.type': 'cpu, gpu, or sensor where the chip is none of them' },
  source: 'power*_input, or power*_average where there is none, divided by 1 000 000',
}

/** The conventions' `hw.energy`. */
export const energy: Definition = {
  name: 'hw.energy',
  unit: 'J',
  kind: 'counter',
  description: 'Energy that was drawn',
  attributes: { ...ofSensor, 'hw.type': 'cpu, gpu, or sensor where the chip is none of them' },
  source: 'energy*_input divided by 1 000 000',
}

/** Current; the conventions have none. */
export const current: Definition = {
  name: 'hostvitals.hw.current',
  unit: 'A',
  kind: 'gauge',
  description: 'Current; the conventions have no name for it',
  attributes: ofSensor,
  source: 'curr*_input divided by 1000',
}

/** Relative humidity; the conventions have none. */
export const humidity: Definition = {
  name: 'hostvitals.hw.humidity',
  unit: '1',
  kind: 'gauge',
  description: 'Relative humidity; the conventions have no name for it',
  attributes: ofSensor,
  source: 'humidity*_input divided by 100 000',
}

/** The conventions' `hw.status`: one series for each state, 1 for the one that is. */
export const status: Definition = {
  name: 'hw.status',
  unit: '1',
  kind: 'updowncounter',
  integer: true,
  description: '1 for the state that the device is in, 0 for the others',
  attributes: { ...ofSensor, 'hw.type': 'fan, temperature', 'hw.state': 'ok, failed' },
  source: 'temp*_fault and fan*_fault, where the chip has them; a sensor with a fault has no other number',
}
