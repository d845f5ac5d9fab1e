import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** How long tasks stood still for one resource. */
export interface Stalls {
  readonly seconds: number
  /** Shares of the last 10, 60 and 300 seconds, 0 to 1. */
  readonly shares: { readonly '10s': number; readonly '60s': number; readonly '300s': number }
}

/** What a file under /proc/pressure says: `some` of the tasks stood still, or all of them (`full`), where the kernel knows. */
export type Pressure = ReadonlyMap<string, Stalls>

/** Parses /proc/pressure/NAME. Throws FormatError. Source: Documentation/accounting/psi.rst. */
export function parsePressure(file: string, bytes: Buffer): Pressure {
  const scanner = new Scanner(file, bytes)
  const pressure = new Map<string, Stalls>()
  while (scanner.nextLine()) {
    const kind = scanner.word()
    const values = new Map<string, number>()
    while (!scanner.isLineEnd) {
      const [name = '', text = ''] = scanner.word().split('=')
      values.set(name, /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN)
    }
    const of = (name: string): number => {
      const value = values.get(name) ?? Number.NaN
      if (Number.isNaN(value)) throw formatError(file, `the line '${kind.slice(0, 20)}' has no number '${name}'`)
      return value
    }
    const shares = { '10s': of('avg10') / 100, '60s': of('avg60') / 100, '300s': of('avg300') / 100 }
    pressure.set(kind, { seconds: of('total') / 1e6, shares })
  }
  return pressure
}
