import { temperature, temperatureLimit } from './hardware-metrics.ts'
import type { HardwareReading } from './hardware-reading.ts'
import type { HostRound } from './host-round.ts'
import { wholeText } from './proc/whole-text.ts'

const trips: Readonly<Record<string, string>> = { critical: 'high.critical', hot: 'high.degraded' }
const mostTrips = 12

/** What a zone of /sys/class/thermal measures: `acpitz`, `x86_pkg_temp`; undefined where it is gone. */
export function zoneType(round: HostRound, key: string): string | undefined {
  const type = round.sys(`class/thermal/${key}/type`)
  return type === '' ? undefined : type
}

/** Asks a thermal zone for its temperature and its limits. Source: Documentation/driver-api/thermal/sysfs-api.rst. */
export async function askZone(round: HostRound, key: string, type: string): Promise<readonly HardwareReading[]> {
  const folder = `class/thermal/${key}`
  const degrees = async (file: string): Promise<number | undefined> => {
    const value = wholeText(await round.slowSys(`${folder}/${file}`))
    return value === undefined ? undefined : value / 1000
  }
  const attributes = { 'hw.id': key, 'hw.name': type, 'hw.sensor_location': type }
  const readings: HardwareReading[] = [{ metric: temperature, value: await degrees('temp'), attributes }]
  for (let trip = 0; trip < mostTrips; trip++) {
    const kind = await round.slowSys(`${folder}/trip_point_${trip}_type`)
    if (kind === undefined) break
    const limit = trips[kind]
    if (limit === undefined) continue
    readings.push({
      metric: temperatureLimit,
      value: await degrees(`trip_point_${trip}_temp`),
      attributes: { ...attributes, 'hw.limit_type': limit },
    })
  }
  return readings
}
