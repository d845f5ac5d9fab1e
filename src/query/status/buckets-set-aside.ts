import type { MetricStore } from '../../store/store.ts'

/** Buckets of the tiers that could not be stored. */
export interface BucketsSetAside {
  readonly buckets: number
  /** Of the newest; absent where there is none. */
  readonly reason?: string
}

/** Counts them. Throws the store's errors. */
export async function countSetAside({ database }: MetricStore): Promise<BucketsSetAside> {
  const { buckets } = await database
    .selectFrom('rollup_set_aside')
    .select(({ fn }) => fn.countAll().as('buckets'))
    .executeTakeFirstOrThrow()
  const newest = await database
    .selectFrom('rollup_set_aside')
    .select('reason')
    .orderBy('set_aside_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { buckets: Number(buckets), ...(newest === undefined ? {} : { reason: newest.reason }) }
}
