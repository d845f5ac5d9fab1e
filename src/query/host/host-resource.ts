import type { Attributes } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from './hosts.ts'
import { parseAttributes } from '../series.ts'

/** What a host's agent says of its machine; empty where it says nothing. */
export async function readHostResource({ codec, database }: MetricStore, { hostId }: KnownHost): Promise<Attributes> {
  const row = await database.selectFrom('host').select('resource').where('host_id', '=', hostId).executeTakeFirst()
  return row === undefined ? {} : parseAttributes(codec.jsonValue(row.resource))
}
