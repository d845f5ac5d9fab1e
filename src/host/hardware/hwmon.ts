import type { Attributes } from '../../metric/sample.ts'
import type { Definition } from '../definition.ts'
import { current, energy, fanSpeed, humidity, power, status, temperature } from './hardware-metrics.ts'
import { temperatureLimit, voltage } from './hardware-metrics.ts'
import type { DeviceTexts } from './devices.ts'
import type { HardwareReading } from './hardware-reading.ts'
import type { HostRound } from '../host-round.ts'
import { wholeText } from '../proc/whole-text.ts'

/** A chip and its sensors, as its folder listed them. */
export interface Chip {
  readonly id: string
  readonly name: string
  readonly folder: string
  readonly sensors: readonly Sensor[]
}

interface Sensor {
  readonly metric: Definition
  readonly input: string
  readonly divisor: number
  readonly attributes: Attributes
  /** File that says 1 where the sensor is broken. */
  readonly fault?: string
  readonly hardwareType: string
  readonly limits: readonly (readonly [type: string, file: string])[]
}

// Documentation/hwmon/sysfs-interface.rst: what each kind counts in.
const kinds: Readonly<Record<string, { readonly metric: Definition; readonly divisor: number }>> = {
  temp: { metric: temperature, divisor: 1000 },
  fan: { metric: fanSpeed, divisor: 1 },
  in: { metric: voltage, divisor: 1000 },
  power: { metric: power, divisor: 1e6 },
  energy: { metric: energy, divisor: 1e6 },
  curr: { metric: current, divisor: 1000 },
  humidity: { metric: humidity, divisor: 1e5 },
}
const limitFiles = { crit: 'high.critical', max: 'high.degraded', lcrit: 'low.critical', min: 'low.degraded' }
const gpus = /^(?:amdgpu|radeon|nouveau|nvidia|i915|xe)$/
const processors = /^(?:coretemp|k8temp|k10temp|zenpower|amd_energy|fam15h_power|cpu_thermal)$/
const inputFile = /^(temp|fan|in|power|energy|curr|humidity)(\d+)_(input|average)$/

/** Lists a chip of /sys/class/hwmon; undefined where it is gone, or where a thermal zone tells the same. */
export function listChip(round: HostRound, key: string): Chip | undefined {
  const base = `class/hwmon/${key}`
  const device = round.linkSys(`${base}/device`)
  if (device?.startsWith('thermal_zone') === true) return undefined
  const own = round.listSys(base)
  // Drivers of the old interface have their files with the device.
  const isOld = !own.some((file) => inputFile.test(file))
  const folder = isOld ? `${base}/device` : base
  const files = new Set(isOld ? round.listSys(folder) : own)
  const name = round.sys(`${folder}/name`) ?? round.sys(`${base}/name`)
  if (name === undefined || name === '') return undefined
  const id = `${name}-${device ?? key}`
  const found = [...files].flatMap((input) => sensorOf(round, { id, name, folder, sensors: [] }, input, files))
  return { id, name, folder, sensors: found }
}

function sensorOf(round: HostRound, chip: Chip, input: string, files: ReadonlySet<string>): readonly Sensor[] {
  const [, kind = '', number = '', which] = inputFile.exec(input) ?? []
  const known = kinds[kind]
  const prefix = `${kind}${number}`
  if (known === undefined || (which === 'average' && (kind !== 'power' || files.has(`${prefix}_input`)))) return []
  const label = files.has(`${prefix}_label`) ? round.sys(`${chip.folder}/${prefix}_label`) : undefined
  const hasType = known.metric === power || known.metric === energy
  return [
    {
      ...known,
      input,
      attributes: {
        'hw.id': `${chip.id}/${prefix}`,
        'hw.name': `${chip.name} ${label ?? prefix}`,
        'hw.parent': chip.id,
        ...(label === undefined || label === '' ? {} : { 'hw.sensor_location': label }),
        ...(hasType ? { 'hw.type': typeOf(chip.name) } : {}),
      },
      ...(files.has(`${prefix}_fault`) ? { fault: `${prefix}_fault` } : {}),
      hardwareType: kind === 'temp' ? 'temperature' : kind,
      limits:
        kind === 'temp'
          ? Object.entries(limitFiles).flatMap(([file, type]) =>
              files.has(`${prefix}_${file}`) ? [[type, `${prefix}_${file}`] as const] : [],
            )
          : [],
    },
  ]
}

function typeOf(chip: string): string {
  if (gpus.test(chip)) return 'gpu'
  return processors.test(chip) ? 'cpu' : 'sensor'
}

/** Every file that the sensors of a chip have. */
export function filesOf({ sensors }: Chip): readonly string[] {
  return sensors.flatMap(({ input, fault, limits }) => [
    ...(fault === undefined ? [] : [fault]),
    input,
    ...limits.map(([, file]) => file),
  ])
}

/** What the files of a chip say; `isGone` where none of them has a number. */
export function readChip(
  chip: Chip,
  texts: DeviceTexts,
): { readonly readings: readonly HardwareReading[]; readonly isGone: boolean } {
  const number = (file: string): number | undefined => wholeText(texts.get(file))
  const readings: HardwareReading[] = []
  for (const { metric, input, divisor, attributes, fault, hardwareType, limits } of chip.sensors) {
    const broken = fault === undefined ? undefined : number(fault)
    if (broken !== undefined) {
      const state = { ...attributes, 'hw.type': hardwareType }
      readings.push({ metric: status, value: broken === 0 ? 1 : 0, attributes: { ...state, 'hw.state': 'ok' } })
      readings.push({ metric: status, value: broken === 0 ? 0 : 1, attributes: { ...state, 'hw.state': 'failed' } })
    }
    const value = broken === undefined || broken === 0 ? number(input) : undefined
    readings.push({ metric, value: value === undefined ? undefined : value / divisor, attributes })
    for (const [type, file] of limits) {
      const limit = number(file)
      readings.push({
        metric: temperatureLimit,
        value: limit === undefined ? undefined : limit / divisor,
        attributes: { ...attributes, 'hw.limit_type': type },
      })
    }
  }
  return { readings, isGone: readings.every(({ value }) => value === undefined) }
}
