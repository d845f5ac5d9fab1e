import { defineGroup, type Group } from './group.ts'
import { current, energy, fanSpeed, humidity, power, status, temperature } from './hardware-metrics.ts'
import { temperatureLimit, voltage } from './hardware-metrics.ts'
import { type HardwareReading, putReadings } from './hardware-reading.ts'
import type { HostRound } from './host-round.ts'
import { askChip, type Chip, listChip } from './hwmon.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from './name-filter.ts'
import { Patience } from './patience.ts'
import { askZone, zoneType } from './thermal-zone.ts'

/** A chip whose sensors none answered is listed anew, and every chip now and then: a driver may have got more of them. */
const listAgainMs = 60_000

/** Temperatures, fans, voltages and power. */
export const sensors: Group = defineGroup<NameFilterOptions>({
  name: 'sensors',
  about:
    'Sensors of the chips in /sys/class/hwmon and of the thermal zones in /sys/class/thermal. A chip that does not answer costs only itself. A machine without sensors has nothing here, and pays two looks into empty folders.',
  metrics: [temperature, temperatureLimit, fanSpeed, voltage, power, energy, current, humidity, status],
  defaults: { include: [], exclude: [] },
  sentences: nameFilterSentences('chips and types of thermal zones'),
  open: (options) => {
    const isChosen = nameFilter(options)
    const patience = new Patience<readonly HardwareReading[]>()
    const chips = new Map<string, { readonly chip: Chip; readonly listedAtMs: number }>()
    const chipAt = (round: HostRound, key: string): Chip | undefined => {
      const known = chips.get(key)
      if (known !== undefined && round.monotonicMs - known.listedAtMs < listAgainMs) return known.chip
      const chip = listChip(round, key)
      if (chip === undefined || !isChosen(chip.name)) return undefined
      chips.set(key, { chip, listedAtMs: round.monotonicMs })
      return chip
    }
    const ask = async (round: HostRound, key: string): Promise<readonly HardwareReading[]> => {
      if (key.startsWith('thermal_zone')) {
        const type = zoneType(round, key)
        return type === undefined || !isChosen(type) ? [] : askZone(round, key, type)
      }
      const chip = chipAt(round, key)
      if (chip === undefined) return []
      const { readings, isGone } = await askChip(round, chip)
      if (isGone) chips.delete(key)
      return readings
    }
    return async (round) => {
      const zones = round.listSys('class/thermal').filter((name) => /^thermal_zone\d+$/.test(name))
      const keys = [...round.listSys('class/hwmon').filter((name) => /^hwmon\d+$/.test(name)), ...zones]
      for (const key of chips.keys()) if (!keys.includes(key)) chips.delete(key)
      putReadings(round, (await patience.ask(keys, (key) => ask(round, key), round)).values())
    }
  },
})
