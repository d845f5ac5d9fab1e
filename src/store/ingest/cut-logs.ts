import type { RecordIdentity } from '../../metric/record.ts'
import type { BatchPosition } from './positions.ts'

type Partition = Pick<BatchPosition, 'cluster' | 'topic' | 'partition'>
type Run = Omit<RecordIdentity, 'seq'>

/**
 * Partitions whose log the broker cut beyond our position, and which runs have been read of each since. What a run lacks
 * at its first record behind the cut lay in what was cut, since a partition has a host's records in their order. Only this
 * process remembers it: another one opens an ordinary gap, which is given up later.
 */
export class CutLogs {
  readonly #runsSince = new Map<string, Set<string>>()

  /** The partition's log begins anew behind what was not read. */
  cut(at: Partition): void {
    this.#runsSince.set(keyOf(at), new Set())
  }

  /** Whether the partition was cut, and this run has not been read of it since. */
  isFirstSince(at: Partition | undefined, run: Run): boolean {
    return at !== undefined && this.#runsSince.get(keyOf(at))?.has(nameOf(run)) === false
  }

  /** These runs have been read, and that is committed. */
  read(at: Partition | undefined, runs: Iterable<Run>): void {
    const since = at === undefined ? undefined : this.#runsSince.get(keyOf(at))
    if (since !== undefined) for (const run of runs) since.add(nameOf(run))
  }
}

function keyOf({ cluster, topic, partition }: Partition): string {
  return `${cluster}/${topic}/${partition}`
}

function nameOf({ agentUid, run }: Run): string {
  return `${agentUid}/${run}`
}
