import type { Metric } from '../metric/metric.ts'

/** What an agent measures and how it keeps it, as checked and completed. */
export interface ProducerConfig {
  readonly intervalMs: number
  readonly host: { readonly name?: string; readonly uid?: string; readonly labels: Readonly<Record<string, string>> }
  readonly spool: { readonly maxBytes: number; readonly keepFreeRatio: number }
  /** Groups flattened, in the order written. */
  readonly metrics: readonly Metric[]
  readonly stateFolder?: string
  readonly logLevel: LogLevel
}

/** From the most to the least told. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
