import { ConsumerProcess, type ConsumerTask } from './consumer-process.ts'
import { ProcessCost } from './process-cost.ts'
import type { Figures } from './report.ts'

/** What stands on a topic. */
export interface TopicContent {
  readonly records: number
  readonly samples: number
}

/**
 * Has a consumer store all of a topic, and measures it from the assignment of its partitions to the last commit; its peak memory
 * is that of the whole process. Throws where it stores less or more.
 */
export async function drain(task: ConsumerTask, { records, samples }: TopicContent): Promise<Figures> {
  await using consumer = new ConsumerProcess(task)
  const from = await consumer.assigned()
  const cost = ProcessCost.begin(consumer.pid)
  const to = await consumer.stored(records)
  const { peakRssMb } = cost.end()
  await consumer.stop()
  if (to.samples !== samples) throw new Error(`${to.samples} of ${samples} samples were stored`)
  return {
    samplesPerSecond: Math.round((samples * 1000) / (to.atMs - from.atMs)),
    samplesPerCpuSecond: Math.round((samples * 1000) / (to.cpuMs - from.cpuMs)),
    peakRssMb: Math.round(peakRssMb),
  }
}
