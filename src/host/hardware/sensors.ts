import { askDevices, type Device, type DeviceTexts, unanswered } from './devices.ts'
import { defineGroup, type Group } from '../group.ts'
import { current, energy, fanSpeed, humidity, power, status, temperature } from './hardware-metrics.ts'
import { temperatureLimit, voltage } from './hardware-metrics.ts'
import { type HardwareReading, putReadings } from './hardware-reading.ts'
import type { HostRound } from '../host-round.ts'
import { type Chip, filesOf, listChip, readChip } from './hwmon.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from '../name-filter.ts'
import { findZone, readZone } from './thermal-zone.ts'

/** A chip whose sensors none answered is listed anew, and every chip now and then: a driver may have got more of them. */
const listAgainMs = 60_000

interface Asked {
  readonly device: Device
  readonly read: (texts: DeviceTexts) => readonly HardwareReading[]
}

/** Temperatures, fans, voltages and power. */
export const sensors: Group = defineGroup<NameFilterOptions>({
  name: 'sensors',
  about:
    'Sensors of the chips in /sys/class/hwmon and of the thermal zones in /sys/class/thermal. A chip that does not answer costs only itself: `hostvitals.hw.unanswered` says so. Where eight devices of all groups together hang, the others are not asked, and it says that, too. A machine without sensors has nothing here, and pays two looks into empty folders.',
  metrics: [temperature, temperatureLimit, fanSpeed, voltage, power, energy, current, humidity, status, unanswered],
  defaults: { include: [], exclude: [] },
  sentences: nameFilterSentences('chips and types of thermal zones'),
  open: (options) => {
    const isChosen = nameFilter(options)
    const chips = new Map<string, { readonly chip: Chip; readonly listedAtMs: number }>()
    const chipAt = (round: HostRound, key: string): Chip | undefined => {
      const known = chips.get(key)
      if (known !== undefined && round.monotonicMs - known.listedAtMs < listAgainMs) return known.chip
      const chip = listChip(round, key)
      if (chip === undefined || !isChosen(chip.name)) return undefined
      chips.set(key, { chip, listedAtMs: round.monotonicMs })
      return chip
    }
    const zoneAt = (round: HostRound, key: string): readonly Asked[] => {
      const zone = findZone(round, key)
      if (zone === undefined || !isChosen(zone.type)) return []
      const device = { path: `class/thermal/${key}`, files: zone.files, id: key }
      return [{ device, read: (texts) => readZone(zone, texts) }]
    }
    const askedOf = (round: HostRound, key: string): readonly Asked[] => {
      const chip = chipAt(round, key)
      if (chip === undefined) return []
      const read = (texts: DeviceTexts): readonly HardwareReading[] => {
        const { readings, isGone } = readChip(chip, texts)
        if (isGone) chips.delete(key)
        return readings
      }
      return [{ device: { path: chip.folder, files: filesOf(chip), id: chip.id }, read }]
    }
    return async (round) => {
      const keys = round.listSys('class/hwmon').filter((name) => /^hwmon\d+$/.test(name))
      const zones = round.listSys('class/thermal').filter((name) => /^thermal_zone\d+$/.test(name))
      for (const key of chips.keys()) if (!keys.includes(key)) chips.delete(key)
      const asked = [...keys.flatMap((key) => askedOf(round, key)), ...zones.flatMap((key) => zoneAt(round, key))]
      const found = await askDevices(
        round,
        asked.map(({ device }) => device),
      )
      const readings = asked.flatMap(({ device, read }) => {
        const texts = found.get(device.path)
        return texts === undefined ? [] : [read(texts)]
      })
      putReadings(round, readings)
    }
  },
})
