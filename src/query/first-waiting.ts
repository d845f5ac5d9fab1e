import type { MetricStore, Tier } from '../store/store.ts'

/** The width of a tier's buckets, seconds. */
export const resolutionOf: Readonly<Record<Exclude<Tier, 'raw'>, 600 | 3600>> = { tenMinutes: 600, hours: 3600 }

/**
 * The begin of the first bucket at or after `fromMs` that waits to be computed (again), Unix milliseconds; undefined where none
 * does. From there on a tier may lack what raw rows have. No `hostIds`: of any host.
 */
export async function firstWaitingMs(
  { codec, database }: MetricStore,
  question: {
    readonly tier: Exclude<Tier, 'raw'>
    readonly fromMs: number
    readonly hostIds: readonly number[] | undefined
  },
): Promise<number | undefined> {
  const { tier, fromMs, hostIds } = question
  let query = database
    .selectFrom('rollup_dirty')
    .select(({ fn }) => fn.min('time').as('first'))
    .where('resolution', '=', resolutionOf[tier])
    .where('time', '>=', codec.time(fromMs))
  if (hostIds !== undefined) query = query.where('host_id', 'in', hostIds)
  const { first } = await query.executeTakeFirstOrThrow()
  // An aggregate over no rows is NULL, which Kysely's type leaves out.
  return (first as typeof first | null) === null ? undefined : codec.timeMs(first)
}
