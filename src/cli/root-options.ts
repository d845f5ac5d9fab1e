import type { Command } from 'commander'
import type { HostRoots } from '../metric/metric.ts'

/** Where the host's files are, where that is not here: an agent in a container that measures the machine around it. */
export interface RootOptions {
  readonly procfs: string
  readonly sysfs: string
  readonly rootfs: string
}

/** The command with the three options. */
export function withRoots(command: Command): Command {
  return command
    .option('--procfs <dir>', 'where the kernel’s /proc is', '/proc')
    .option('--sysfs <dir>', 'where the kernel’s /sys is', '/sys')
    .option('--rootfs <dir>', 'where the host’s / is', '/')
}

/** The roots that were typed. */
export function rootsOf({ procfs, sysfs, rootfs }: RootOptions): HostRoots {
  return { proc: procfs, sys: sysfs, root: rootfs }
}
