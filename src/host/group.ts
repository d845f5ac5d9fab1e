import { readFile } from 'node:fs/promises'
import type { Metric, Read, ReadContext } from '../metric/metric.ts'
import type { Attributes, Kind, NumberSample, Sample } from '../metric/sample.ts'

/** What a built-in metric is: its samples differ only in attributes and value. */
export interface Definition {
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  readonly integer?: boolean
  readonly description: string
}

/** A sample of a built-in metric. */
export function sampleOf(
  definition: Definition,
  value: number,
  attributes: Attributes = {},
  startTimeMs?: number,
): NumberSample {
  return { series: { ...definition, attributes }, value, ...(startTimeMs === undefined ? {} : { startTimeMs }) }
}

/** A built-in group as a metric. */
export function group(name: string, read: Read<readonly Sample[]>): Metric {
  return { name, read }
}

/** A file under /proc, as text and whole: the kernel writes them, and /proc/net and /proc/mounts grow with the host. */
export function readProc({ proc }: Pick<ReadContext, 'proc'>, path: string, signal: AbortSignal): Promise<string> {
  return readFile(`${proc}/${path}`, { encoding: 'utf8', signal })
}

/** The file, or undefined where this kernel has none. */
export async function readOptionalProc(
  context: Pick<ReadContext, 'proc'>,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await readProc(context, path, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The process whose view of mounts and network is meant: under a mounted `/host/proc` it is the host's process 1, since
 * `self` would be this container's.
 */
export function viewer({ proc }: Pick<ReadContext, 'proc'>): '1' | 'self' {
  return proc === '/proc' ? 'self' : '1'
}
