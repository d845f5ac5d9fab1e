import type { MetricStore } from './store.ts'

/** Where a record of ours is stored. */
export interface FoundScrape {
  readonly hostId: number
}

/** Looks for the record that a host measured at a time; undefined while it is not stored. */
export async function findScrape(
  { codec, database }: MetricStore,
  { agentUid, timeMs }: { readonly agentUid: string; readonly timeMs: number },
): Promise<FoundScrape | undefined> {
  const found = await database
    .selectFrom('host')
    .innerJoin('scrape', 'scrape.host_id', 'host.host_id')
    .where('host.agent_uid', '=', codec.uid(agentUid))
    .where('scrape.time', '=', codec.time(timeMs))
    .select('host.host_id')
    .limit(1)
    .executeTakeFirst()
  return found === undefined ? undefined : { hostId: found.host_id }
}
