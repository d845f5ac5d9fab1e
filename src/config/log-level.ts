import * as z from 'zod'
import { key } from './fields.ts'
import type { LogLevel } from './producer-config.ts'

/** `logLevel` of agents and consumers. */
export function logLevelField(): z.ZodType<LogLevel, LogLevel | undefined> {
  return key(z.enum(['debug', 'info', 'warn', 'error']).prefault('info'), {
    type: "'debug', 'info', 'warn' or 'error'",
    sentence: 'How much is logged.',
    example: "'info'",
  })
}
