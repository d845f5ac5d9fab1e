import { basename } from 'node:path'
import { ConfigurationError } from '../runtime/errors.ts'

/** One thing that is wrong in a configuration: what, where, and what to write instead. */
export interface Fault {
  /** Absolute path. */
  readonly file: string
  /** From 1; absent where no line is to blame, such as for a missing file. */
  readonly line?: number
  readonly column?: number
  /** Dotted path of the key: `dashboard.thresholds[0].warn`. */
  readonly key?: string
  readonly problem: string
  /** What to do, one sentence. */
  readonly nextStep: string
  /** The lines around, with a mark; plain text. */
  readonly frame?: string
}

/** Thrown with every fault that was found in all files. */
export class ConfigurationFaultsError extends ConfigurationError {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[], options: { readonly cause?: unknown } = {}) {
    const said = faults.map((fault) => `${placeOf(fault)}: ${fault.problem}`)
    super(said.join('; '), { ...options, nextStep: faults.map((fault) => fault.nextStep).join(' ') })
    this.faults = faults
  }
}

/** `producer.config.ts:8:3`, as far as it is known. */
export function placeOf({ file, line, column }: Fault): string {
  return [basename(file), line, column].filter((part) => part !== undefined).join(':')
}
