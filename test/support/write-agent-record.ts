import { TestAgent } from './arrived-records.ts'
import { logBatchBytes } from './log-batches.ts'
import { produceRaw } from './raw-produce.ts'
import { until } from './until.ts'

/** Writes a good record as a batch of its own into one partition, each of which has an agent of its own. Throws where the broker does not take it. */
export async function writeAgentRecord(
  bootstrap: string,
  { topic, partition, seq }: { readonly topic: string; readonly partition: number; readonly seq: number },
): Promise<void> {
  const agent = new TestAgent({ agentUid: `a0000000-0000-4000-8000-00000000000${partition}` })
  const { key, value, headers } = agent.record(seq, Date.now())
  const list = Array.from(headers, ([name, bytes]) => [Buffer.from(name), bytes] as const)
  const record = { offsetDelta: 0, value, headers: list, ...(key === undefined ? {} : { key }) }
  const batch = logBatchBytes({ records: [record], firstTimestamp: BigInt(Date.now()) })
  // A leader may not have been chosen yet.
  await until('the batch to be taken', async () => {
    await produceRaw(bootstrap, topic, batch, partition)
    return true
  })
}
