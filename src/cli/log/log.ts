import { styleText } from 'node:util'
import { pino } from 'pino'
import { isTold } from '../../config/log-level.ts'
import type { LogLevel } from '../../config/log-level.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Emit, EventName } from '../../runtime/events.ts'
import { Collapse, type Owed, type Repeats } from './collapse.ts'
import type { OutputStream } from '../io.ts'
import { printable } from '../text/printable.ts'
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

/** Writes one line: an event, how loud it is, how it reads, and how often it came. */
type WriteLine = (line: {
  readonly name: EventName
  readonly data: Readonly<Record<string, unknown>>
  readonly level: LogLevel
  readonly text: string
  readonly counts: Readonly<Record<string, number>>
}) => void

/**
 * The one log: a reader of the table of events. JSON lines carry the event's name and data beside the sentence. Warnings
 * and errors that repeat are held back and counted (`collapse.ts`): `repeated` and `ended` in JSON. What a record or a host
 * says of itself may stand in a line, so that all of it is made printable.
 */
export function createLog(options: LogOptions): Emit {
  const write = options.pretty ? prettyLines(options) : jsonLines(options)
  const collapse = new Collapse(options.clock)
  return (name, data) => {
    const { level, text } = sentenceOf(name, data)
    const { owed, own } = collapse.decide(name, data, text, isTold(level, 'warn'))
    for (const each of name === 'role.stopped' ? [...owed, ...collapse.rest()] : owed) writeRepeated(write, each)
    if (own === undefined) return
    const { repeats, ended } = own
    const words = `${text}${repeats === undefined ? '' : timesMore(repeats)}${ended === undefined ? '' : ` (it had failed ${ended} times)`}`
    const counts = {
      ...(repeats === undefined ? {} : { repeated: repeats.times }),
      ...(ended === undefined ? {} : { ended }),
    }
    // How a trouble of several lines ended is worth a line of its own where the recovery itself is not.
    const loud = ended !== undefined && level === 'debug' ? 'info' : level
    write({ name, data: { ...data }, level: loud, text: words, counts })
  }
}

function writeRepeated(write: WriteLine, { name, data, repeats }: Owed): void {
  const { level, text } = sentenceOf(name, data)
  write({ name, data: { ...data }, level, text: `${text}${timesMore(repeats)}`, counts: { repeated: repeats.times } })
}

function timesMore({ times, inMs }: Repeats): string {
  const minutes = Math.round(inMs / 60_000)
  const time = times === 1 ? 'once' : `${times} times`
  return ` (${time} more in the last ${minutes <= 1 ? 'minute' : `${minutes} minutes`})`
}

function jsonLines({ stream, level, clock }: LogOptions): WriteLine {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Still JSON, and of the same values.
    { write: (line: string) => void stream.write(`${printable(line.trimEnd())}\n`) },
  )
  return (line) => {
    const fields: Readonly<Record<string, unknown>> = { event: line.name, ...line.data, ...line.counts }
    logger[line.level](fields, line.text)
  }
}

const marks = { debug: ' ', info: '✓', warn: '!', error: '✗' } as const
const colours = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const

function prettyLines({ stream, level: least, clock, beforeLine }: LogOptions): WriteLine {
  return ({ level, text }) => {
    if (!isTold(level, least)) return
    beforeLine?.()
    const time = new Date(clock.now()).toTimeString().slice(0, 8)
    stream.write(`${time}  ${styleText(colours[level], marks[level])} ${printable(text)}\n`)
  }
}
