import * as z from './zod.ts'
import { key } from './fields.ts'

/** From the most to the least told. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** True where something of this level is told when `least` is the least that is. */
export function isTold(level: LogLevel, least: LogLevel): boolean {
  return order.indexOf(level) >= order.indexOf(least)
}

/** `logLevel` of agents and consumers. */
export function logLevelField(): z.ZodType<LogLevel, LogLevel | undefined> {
  return key(z.enum(['debug', 'info', 'warn', 'error']).prefault('info'), {
    type: "'debug', 'info', 'warn' or 'error'",
    sentence: 'How much is logged.',
    example: "'info'",
  })
}
