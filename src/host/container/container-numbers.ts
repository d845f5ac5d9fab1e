/** Bytes that a container moved from and to one device, `8:0`. */
export interface ContainerIo {
  readonly device: string
  readonly readBytes: number
  readonly writeBytes: number
}

/** What a control group says of a container, whatever its version; what its controllers do not say is absent. */
export interface ContainerNumbers {
  readonly userSeconds: number | undefined
  readonly systemSeconds: number | undefined
  readonly totalSeconds: number | undefined
  readonly periods: number | undefined
  readonly throttledPeriods: number | undefined
  readonly throttledSeconds: number | undefined
  /** Processors. */
  readonly cpuLimit: number | undefined
  readonly memoryBytes: number | undefined
  readonly inactiveFileBytes: number | undefined
  readonly anonymousBytes: number | undefined
  readonly swapBytes: number | undefined
  readonly memoryLimitBytes: number | undefined
  readonly faults: number | undefined
  readonly majorFaults: number | undefined
  readonly outOfMemoryKills: number | undefined
  readonly tasks: number | undefined
  readonly taskLimit: number | undefined
  readonly io: readonly ContainerIo[]
}

/** A number times or divided by its unit. */
export function scaled(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor
}

/** Processors that a quota allows in its period; undefined without one. */
export function quota(allowed: number | undefined, period: number | undefined): number | undefined {
  return allowed === undefined || period === undefined || allowed <= 0 || period <= 0 ? undefined : allowed / period
}
