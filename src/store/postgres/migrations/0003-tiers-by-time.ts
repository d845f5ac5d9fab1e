import type { Migration } from '../../store.ts'

/**
 * An index that finds all hosts of a day in a tier: the primary key begins with the host, and a month of a tier was read for
 * a question about its last day. It takes one entry for each host and bucket.
 */
export const tiersByTime: Migration = {
  name: '0003-tiers-by-time',
  statements: [`CREATE INDEX IF NOT EXISTS rollup_time ON hostvitals.rollup (time)`],
}
