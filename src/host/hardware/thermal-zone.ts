import type { DeviceTexts } from './devices.ts'
import { temperature, temperatureLimit } from './hardware-metrics.ts'
import type { HardwareReading } from './hardware-reading.ts'
import type { HostRound } from '../host-round.ts'
import { wholeText } from '../proc/whole-text.ts'

const trips: Readonly<Record<string, string>> = { critical: 'high.critical', hot: 'high.degraded' }
const zoneFile = /^(?:temp|trip_point_(?:\d|1[01])_(?:type|temp))$/

/** A zone of /sys/class/thermal. */
export interface Zone {
  readonly key: string
  /** What it measures: `acpitz`, `x86_pkg_temp`. */
  readonly type: string
  readonly files: readonly string[]
}

/** What a zone is; undefined where it is gone. */
export function findZone(round: HostRound, key: string): Zone | undefined {
  const type = round.sys(`class/thermal/${key}/type`)
  if (type === undefined || type === '') return undefined
  return { key, type, files: round.listSys(`class/thermal/${key}`).filter((file) => zoneFile.test(file)) }
}

/** The temperature of a zone and its limits. Source: Documentation/driver-api/thermal/sysfs-api.rst. */
export function readZone({ key, type, files }: Zone, texts: DeviceTexts): readonly HardwareReading[] {
  const degrees = (file: string): number | undefined => {
    const value = wholeText(texts.get(file))
    return value === undefined ? undefined : value / 1000
  }
  const attributes = { 'hw.id': key, 'hw.name': type, 'hw.sensor_location': type }
  const limits = files
    .filter((file) => file.endsWith('_type'))
    .flatMap((file) => {
      const limit = trips[texts.get(file) ?? '']
      const value = degrees(file.replace('_type', '_temp'))
      return limit === undefined
        ? []
        : [{ metric: temperatureLimit, value, attributes: { ...attributes, 'hw.limit_type': limit } }]
    })
  return [{ metric: temperature, value: degrees('temp'), attributes }, ...limits]
}
