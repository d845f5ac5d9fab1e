import type { SpooledRecord } from '../../src/metric/record.ts'
import type { Spool } from '../../src/spool/spool.ts'

/** Everything that waits in the spool, a few records at a time, each acknowledged as it is read. */
export async function drain(spool: Spool): Promise<readonly SpooledRecord[]> {
  const all: SpooledRecord[] = []
  for (let batch = await spool.nextNow(3); batch !== undefined; batch = await spool.nextNow(3)) {
    all.push(...batch.records)
    await spool.acknowledge(batch)
  }
  return all
}
