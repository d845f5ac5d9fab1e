import { wholeText } from './whole-text.ts'

/** What a power supply says of itself, in the units that the metrics have; what its driver does not know is absent. */
export interface PowerSupply {
  /** `Battery`, `Mains`, `USB`, `UPS`, `Wireless` … */
  readonly type: string | undefined
  /** `Charging`, `Discharging`, `Not charging`, `Full`; `Unknown` is absent. */
  readonly status: string | undefined
  /** `Good`, `Dead`, `Overheat` …; `Unknown` is absent. */
  readonly health: string | undefined
  readonly technology: string | undefined
  readonly model: string | undefined
  readonly vendor: string | undefined
  readonly isPresent: boolean
  readonly isOnline: boolean | undefined
  /** 0 to 1. */
  readonly charge: number | undefined
  /** Seconds until it is empty or full. */
  readonly secondsLeft: number | undefined
  readonly watts: number | undefined
  readonly volts: number | undefined
  readonly celsius: number | undefined
  /** What it holds when full, as a share of what it held when new. */
  readonly capacity: number | undefined
  readonly cycles: number | undefined
}

/**
 * Parses the `uevent` of a power supply, which has all of its properties as `POWER_SUPPLY_NAME=value`; lines in another form
 * are passed over. Source: Documentation/power/power_supply_class.rst (micro-units, tenths of a degree, seconds).
 */
export function parsePowerSupply(uevent: string): PowerSupply {
  const texts = new Map(
    uevent.split('\n').flatMap((line) => {
      const [, key, value] = /^POWER_SUPPLY_([A-Z_]+)=(.*)$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value.trim()] as const]
    }),
  )
  const number = (key: string): number | undefined => wholeText(texts.get(key))
  const known = (key: string): string | undefined => {
    const text = texts.get(key)
    return text === undefined || text === '' || text === 'Unknown' ? undefined : text
  }
  const milli = (key: string, divisor: number): number | undefined => divided(number(key), divisor)
  const status = known('STATUS')
  const [volts, amperes] = [milli('VOLTAGE_NOW', 1e6), milli('CURRENT_NOW', 1e6)]
  // Some drivers give what flows out with a minus; which way it flows is the status.
  const watts = positive(milli('POWER_NOW', 1e6) ?? product(volts, amperes))
  // Energy in microwatt hours, or else charge in microampere hours: which of them a driver has differs.
  const unit = number('ENERGY_FULL') === undefined ? 'CHARGE' : 'ENERGY'
  const [now, full, design] = [number(`${unit}_NOW`), number(`${unit}_FULL`), number(`${unit}_FULL_DESIGN`)]
  const perHour = unit === 'ENERGY' ? (watts === undefined ? undefined : watts * 1e6) : positive(number('CURRENT_NOW'))
  const isPresent = texts.get('PRESENT') !== '0'
  return {
    type: known('TYPE'),
    status,
    health: known('HEALTH'),
    technology: known('TECHNOLOGY'),
    model: known('MODEL_NAME'),
    vendor: known('MANUFACTURER'),
    isPresent,
    isOnline: number('ONLINE') === undefined ? undefined : number('ONLINE') !== 0,
    charge: share(now, full) ?? milli('CAPACITY', 100),
    secondsLeft: secondsLeft(status, number, { now, full, perHour }),
    watts,
    volts,
    celsius: milli('TEMP', 10),
    capacity: share(full, design),
    cycles: number('CYCLE_COUNT'),
  }
}

interface Stock {
  readonly now: number | undefined
  readonly full: number | undefined
  readonly perHour: number | undefined
}

function secondsLeft(
  status: string | undefined,
  number: (key: string) => number | undefined,
  { now, full, perHour }: Stock,
): number | undefined {
  if (status === 'Discharging') return told(number, 'TO_EMPTY') ?? hours(now, perHour)
  if (status !== 'Charging') return undefined
  return told(number, 'TO_FULL') ?? hours(now === undefined || full === undefined ? undefined : full - now, perHour)
}

function told(number: (key: string) => number | undefined, which: string): number | undefined {
  // A driver that does not know writes 0.
  return number(`TIME_${which}_NOW`) || number(`TIME_${which}_AVG`) || undefined
}

function hours(stock: number | undefined, perHour: number | undefined): number | undefined {
  return stock === undefined || stock < 0 || perHour === undefined || perHour === 0
    ? undefined
    : (3600 * stock) / perHour
}

function divided(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor
}

function product(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left * right
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole
}

function positive(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.abs(value)
}
