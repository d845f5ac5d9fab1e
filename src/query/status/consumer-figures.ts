import type { NewestReading } from './newest-readings.ts'

/** What consumers tell of themselves, since each one's start. */
export interface ConsumerFigures {
  /** How many tell anything now. */
  readonly consumers: number
  readonly acceptedRecords: number | null
  readonly duplicateRecords: number | null
}

/** What a consumer says of the records that wait for it, by partition. */
export type ToldLags = ReadonlyMap<number, number>

const accepted = 'hostvitals.ingest.accepted'
const duplicate = 'hostvitals.ingest.duplicate'
const lag = 'hostvitals.ingest.lag'

/** The names of what is asked for. */
export const consumerMetrics: readonly string[] = [accepted, duplicate, lag]

/** The sums over all consumers; undefined where none tells of itself. */
export function toConsumerFigures(newest: readonly NewestReading[]): ConsumerFigures | undefined {
  const own = newest.filter(({ metric }) => metric === accepted || metric === duplicate || metric === lag)
  if (own.length === 0) return undefined
  const sum = (name: string): number | null => {
    const of = own.filter(({ metric }) => metric === name)
    return of.length === 0 ? null : of.reduce((total, { value }) => total + value, 0)
  }
  return {
    consumers: new Set(own.map(({ hostId }) => hostId)).size,
    acceptedRecords: sum(accepted),
    duplicateRecords: sum(duplicate),
  }
}

/** The newest word on each partition, whichever consumer had it. */
export function toToldLags(newest: readonly NewestReading[]): ToldLags {
  const lags = new Map<number, NewestReading>()
  for (const reading of newest) {
    const partition = Number(reading.attributes['partition'])
    if (reading.metric !== lag || !Number.isInteger(partition)) continue
    if ((lags.get(partition)?.timeMs ?? 0) <= reading.timeMs) lags.set(partition, reading)
  }
  return new Map([...lags].map(([partition, { value }]) => [partition, value]))
}
