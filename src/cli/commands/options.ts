import { InvalidArgumentError, Option } from 'commander'
import { parseLimit } from '../limit-option.ts'

/** Where the configuration is. */
export const config = [
  '--config <dir>',
  'folder of kafka.config.ts, producer.config.ts, consumer.config.ts (default: this one)',
] as const
/** Which database, for a command that reads one or mends it. */
export const store = ['--store <url>', 'sqlite:FILE, postgres://… or mysql://… instead of consumer.config.ts'] as const
/** For what runs until it is stopped. */
export const stopAfter = ['--for <duration>', 'stop by itself after 10s, 5m, 1h …, flushed'] as const
/** For a role. */
export const healthPort: readonly [string, string, (text: string) => number] = [
  '--health-port <n>',
  'answer /healthz, /readyz and /metrics on this port of 127.0.0.1; 0 takes a free one and says which',
  parsePort,
]
/** For a machine that reads. */
export const asJson = ['--json', 'one JSON document on stdout and nothing else'] as const

/** How many rows. */
export function limit(): Option {
  return new Option('--limit <n>', 'rows at most').argParser(parseLimit).default(50)
}

/** How much a role tells. */
export function logLevel(): Option {
  return new Option('--log-level <level>', 'what is told').choices(['debug', 'info', 'warn', 'error'])
}

/** A port of this machine; throws InvalidArgumentError. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('A port is a number from 0 (a free one) to 65535.')
}
