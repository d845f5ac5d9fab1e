import { styleText } from 'node:util'
import { pino } from 'pino'
import { isTold } from '../config/log-level.ts'
import type { LogLevel } from '../config/log-level.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Emit } from '../runtime/events.ts'
import type { OutputStream } from './io.ts'
import { sentenceOf } from './sentences.ts'

/** Where a role's events become lines. */
export interface LogOptions {
  readonly stream: OutputStream
  readonly level: LogLevel
  /** Lines for a person; else JSON lines for journald, Docker and tools. */
  readonly pretty: boolean
  readonly clock: Clock
  /** Called before a pretty line, so that a live line can make room. */
  readonly beforeLine?: () => void
}

/** The one log: a reader of the table of events. JSON lines carry the event's name and data beside the sentence. */
export function createLog(options: LogOptions): Emit {
  return options.pretty ? prettyLog(options) : jsonLog(options)
}

function jsonLog({ stream, level, clock }: LogOptions): Emit {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void stream.write(line) },
  )
  return (name, data) => {
    const { level: ofEvent, text } = sentenceOf(name, data)
    const fields: Readonly<Record<string, unknown>> = { event: name, ...data }
    logger[ofEvent](fields, text)
  }
}

const marks = { debug: ' ', info: '✓', warn: '!', error: '✗' } as const
const colours = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const

function prettyLog({ stream, level, clock, beforeLine }: LogOptions): Emit {
  return (name, data) => {
    const { level: ofEvent, text } = sentenceOf(name, data)
    if (!isTold(ofEvent, level)) return
    beforeLine?.()
    const time = new Date(clock.now()).toTimeString().slice(0, 8)
    stream.write(`${time}  ${styleText(colours[ofEvent], marks[ofEvent])} ${text}\n`)
  }
}
