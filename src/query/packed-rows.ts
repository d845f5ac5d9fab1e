import { LimitError } from './asked-errors.ts'
import { sql } from 'kysely'
import type { MetricStore } from '../store/store.ts'
import { limits } from './limits.ts'
import { type LayoutPicks, pickedOf } from './picks.ts'

/** What was picked of one row; missing values are NaN. */
export interface PackedRow {
  readonly hostId: number
  readonly layoutId: number
  readonly timeMs: number
  readonly values: readonly number[]
}

/** Which rows, and what of them. */
export interface PackedRequest {
  /** Undefined: of all hosts. */
  readonly hostIds: readonly number[] | undefined
  readonly picks: readonly LayoutPicks[]
  /** Begin (included) and end (excluded), Unix milliseconds. */
  readonly fromMs: number
  readonly toMs: number
  /** How many rows are to be expected; only the sizes of the slices depend on it. */
  readonly rowsPerSecond: number
}

/** How many rows one question may still read. */
export class RowBudget {
  readonly #most: number
  #left: number

  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /** What a query may still bring, and one more, by which it is known that there are more. */
  get limit(): number {
    return this.#left + 1
  }

  /** Throws LimitError where that is too much. */
  spend(rows: number): void {
    this.#left -= rows
    if (this.#left >= 0) return
    throw new LimitError(`the answer would be made from more than ${this.#most} rows`, {
      nextStep: 'ask for a shorter range, for fewer hosts, or for fewer metrics at once',
    })
  }
}

const rowsPerSlice = 20_000
const leastSliceMs = 60_000

/** Cuts a range so that no slice has many more rows than fit well into memory, and others have their turn in between. */
export function* slicesOf(request: Pick<PackedRequest, 'fromMs' | 'toMs' | 'rowsPerSecond'>): Generator<{
  readonly fromMs: number
  readonly toMs: number
}> {
  const { fromMs, toMs, rowsPerSecond } = request
  const sliceMs = Math.max(leastSliceMs, Math.ceil((rowsPerSlice / Math.max(rowsPerSecond, 0.001)) * 1000))
  for (let at = fromMs; at < toMs; at += sliceMs) yield { fromMs: at, toMs: Math.min(toMs, at + sliceMs) }
}

/** The rows slice by slice; those of one host are in the order of time. Throws LimitError where there are too many. */
export async function* readPacked(
  store: MetricStore,
  request: PackedRequest,
  budget: RowBudget = new RowBudget(limits.rows),
): AsyncGenerator<readonly PackedRow[]> {
  const { codec, database } = store
  const { hostIds, picks } = request
  if (picks.length === 0 || hostIds?.length === 0) return
  for (const { fromMs, toMs } of slicesOf(request)) {
    let query = database
      .selectFrom('scrape')
      .select(['host_id', 'layout_id', 'time'])
      .select(pickedOf(codec, 'readings', picks).as('picked'))
      .where('time', '>=', codec.time(fromMs))
      .where('time', '<', codec.time(toMs))
      .where(sql<boolean>`layout_id in (${sql.join(picks.map(({ layoutId }) => sql.lit(layoutId)))})`)
      .limit(budget.limit)
    query =
      hostIds === undefined
        ? query.orderBy('time')
        : query.where('host_id', 'in', hostIds).orderBy('host_id').orderBy('time')
    const rows = await query.execute()
    budget.spend(rows.length)
    yield rows.map((row) => ({
      hostId: row.host_id,
      layoutId: row.layout_id,
      timeMs: codec.timeMs(row.time),
      values: codec.numbersValue(row.picked),
    }))
  }
}
