import { foreignEncoder } from '../support/arrived-records.ts'
import type { LogRecord } from './broker.ts'

/** What a foreign record is made of. */
export interface ForeignOptions {
  /** Which host and what kind. */
  readonly what: number
  /** A value from 0 to 1. */
  readonly share: number
  readonly nowMs: number
}

/** A record without our header, as the Collector writes it; some are old, some no OTLP. */
export function foreignRecord({ what, share, nowMs }: ForeignOptions): LogRecord {
  const isPoison = what % 11 === 3
  const timeMs = what % 13 === 5 ? nowMs - 30 * 86_400_000 : nowMs - (what % 7) * 100
  const encoder = foreignEncoder(`foreign-${what % 3}`, nowMs)
  const series = { name: 'foreign.load', unit: '1', kind: 'gauge' as const, attributes: { cpu: what % 2 } }
  const value = isPoison
    ? Uint8Array.of(0xff, 0xff, what & 0xff, Math.floor(share * 255))
    : encoder.encode(timeMs, [{ series, value: what + share }])
  return { key: undefined, headers: new Map(), value, timestampMs: nowMs }
}
