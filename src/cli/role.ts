import type { LogLevel } from '../config/log-level.ts'
import { longestTimerMs, systemClock } from '../runtime/clock.ts'
import { UsageError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { nodeDisk } from '../runtime/node-disk.ts'
import { systemRandom } from '../runtime/random.ts'
import type { Seams } from '../runtime/seams.ts'
import { parseDurationOption } from './duration-option.ts'
import type { CommandIo } from './io.ts'
import { createLog } from './log/log.ts'
import { Interrupted } from './process-io.ts'

/** Options that every role has. */
export interface RoleOptions {
  readonly config?: string
  readonly for?: string
  readonly logLevel?: LogLevel
  /** `--health-port`; 0 is any free one. */
  readonly healthPort?: number
}

/** What a role runs on: the machine's own clock, disk and randomness, a log on stdout, and the signal that ends it. */
export interface Role {
  readonly seams: Seams
  /** The signal that ends it; to be asked when the role begins, since `--for` counts from then. */
  readonly begin: () => AbortSignal
  /** 130 after Ctrl-C, else 0. */
  readonly exitCode: () => number
}

/** Sets a role up. `beforeLine` is called before each line for a person, so that a live line can make room. */
export function openRole(options: RoleOptions, level: LogLevel, io: CommandIo, beforeLine?: () => void): Role {
  const log: Emit = createLog({
    stream: io.stdout,
    level: options.logLevel ?? level,
    pretty: io.stdout.isTTY === true,
    clock: systemClock,
    ...(beforeLine === undefined ? {} : { beforeLine }),
  })
  const forMs = options.for === undefined ? undefined : parseDurationOption('--for', options.for)
  if (forMs !== undefined && forMs > longestTimerMs) {
    throw new UsageError(`--for: ${options.for} is too long`, { nextStep: 'write at most 24d, or leave it out' })
  }
  return {
    seams: { clock: systemClock, disk: nodeDisk, random: systemRandom, emit: log },
    begin: () => (forMs === undefined ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(forMs)])),
    exitCode: () => (io.signal.aborted && io.signal.reason instanceof Interrupted ? 130 : 0),
  }
}
