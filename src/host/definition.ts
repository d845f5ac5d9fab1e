import type { Kind } from '../metric/sample.ts'

/** What a built-in metric is, for the wire and for `docs/METRICS.md`. Its samples differ only in attributes and value. */
export interface Definition {
  /** The conventions' name where they have one. */
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  /** True where the value is a whole number by nature. */
  readonly integer?: boolean
  readonly description: string
  /** The attributes that its series have, each with its values: `{ 'disk.io.direction': 'read, write' }`. */
  readonly attributes?: Readonly<Record<string, string>>
  /** File and field that the number comes from: `/proc/diskstats, fields 3 and 7`. */
  readonly source: string
  /** True where it is measured only when `also` names it. */
  readonly isOptIn?: boolean
}
