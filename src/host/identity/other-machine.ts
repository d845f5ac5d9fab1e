import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os'
import { mountSpace, type MountSpace } from '../filesystem/mount-space.ts'

/** What Node says of a machine that is not Linux: macOS, a BSD. */
export interface OtherMachine {
  readonly platform: string
  /** Milliseconds that each processor spent in each mode since boot. */
  readonly cpus: () => readonly { readonly times: Readonly<Record<'user' | 'nice' | 'sys' | 'idle' | 'irq', number>> }[]
  readonly totalBytes: () => number
  readonly freeBytes: () => number
  readonly loadAverages: () => readonly number[]
  readonly uptimeSeconds: () => number
  /** Of the file system `/`. */
  readonly rootSpace: () => MountSpace | undefined
}

/** This machine, by way of Node. */
export function otherMachine(platform: string): OtherMachine {
  return {
    platform,
    cpus,
    totalBytes: totalmem,
    freeBytes: freemem,
    loadAverages: loadavg,
    uptimeSeconds: uptime,
    rootSpace: () => mountSpace({ path: '/' }),
  }
}
