import { describeVerdict } from '../oracle/facts.ts'
import type { Fault } from './plan.ts'
import type { SeedReport } from './run-seeds.ts'

/** What a person needs of a seed that failed: the verdict, the shortest history, and the command that runs it again. */
export function describeFailure({ seed, failure }: SeedReport, without: string | undefined): string {
  if (failure === undefined) return `seed ${seed}: nothing wrong`
  const { shape, faults } = failure.shortest
  const { agents, consumers, partitions, rounds, intervalMs } = shape
  const removed = without === undefined ? '' : ` --without ${without}`
  return [
    `seed ${seed} breaks the promise: ${failure.kinds.join(', ')}`,
    describeVerdict(failure.verdict),
    ...failure.stuck,
    `the shortest history found: ${agents} agents, ${consumers} consumers, ${partitions} partitions, ${rounds} scrapes every ${intervalMs} ms`,
    ...faults.map(describeFault),
    `again: npm run simulate -- --seed ${seed}${removed}`,
  ].join('\n')
}

function describeFault({ kind, atMs, target, amount, steps }: Fault): string {
  return `  at ${atMs} ms ${kind} (target ${target}, amount ${amount.toFixed(3)}, ${steps} steps later)`
}
