import type { Environment } from './environment.ts'

/** Where a configuration file stands: what its paths are relative to, and where its secrets come from. */
export interface Place {
  /** Absolute. */
  readonly folder: string
  readonly env: Environment
}
