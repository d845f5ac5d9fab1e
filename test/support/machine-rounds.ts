import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Group } from '../../src/host/group.ts'
import { HostFiles } from '../../src/host/host-files.ts'
import { groups } from '../../src/host/index.ts'
import type { HostRoots, ReadContext } from '../../src/metric/metric.ts'
import type { Sample } from '../../src/metric/sample.ts'
import { rememberOne, shareInRound } from '../../src/metric/round-memory.ts'

/** What one group made of a round. */
export type GroupOutcome = { readonly group: Group } & (
  | { readonly samples: readonly Sample[]; readonly error?: undefined }
  | { readonly samples?: undefined; readonly error: unknown }
)

const folder = join(import.meta.dirname, '../fixtures/hosts')

/** The machines whose files are kept under test/fixtures/hosts. */
export const keptMachines: readonly string[] = readdirSync(folder).sort()

/** The groups that a machine's files say everything of: `runtime` measures the process that runs. */
export const fileGroups: readonly Group[] = groups.filter(({ name }) => name !== 'runtime')

/** Where the files of a kept machine are. */
export function rootsOf(machine: string): HostRoots {
  const root = join(folder, machine)
  return { proc: join(root, 'proc'), sys: join(root, 'sys'), root }
}

/** Rounds over the files of a machine, opt-in metrics too, ten seconds apart; the first is at `firstMs`. */
export function machineRounds(roots: HostRoots, firstMs: number): () => Promise<readonly GroupOutcome[]> {
  const files = new HostFiles()
  const asked = fileGroups.map((group) => {
    const also = group.metrics.filter(({ isOptIn }) => isOptIn === true).map(({ name }) => name)
    return { group, metric: group.metric({ also }, files), remember: rememberOne() }
  })
  const times = { timeMs: firstMs - 10_000 }
  return async () => {
    times.timeMs += 10_000
    const context: Omit<ReadContext, 'remember'> = {
      ...roots,
      timeMs: times.timeMs,
      monotonicMs: times.timeMs,
      startedAtMs: firstMs,
      shared: shareInRound(),
    }
    try {
      return await Promise.all(
        asked.map(async ({ group, metric, remember }): Promise<GroupOutcome> => {
          try {
            return { group, samples: await metric.read(new AbortController().signal, { ...context, remember }) }
          } catch (error) {
            return { group, error }
          }
        }),
      )
    } finally {
      files.close()
    }
  }
}
