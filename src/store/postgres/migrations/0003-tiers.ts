import type { Migration } from '../../store.ts'

/**
 * An index that finds all hosts of a day in a tier: the primary key begins with the host, and a month of a tier was read for
 * a question about its last day. And buckets that can never be stored, so that those behind them are.
 */
export const tiers: Migration = {
  name: '0003-tiers',
  statements: [
    `CREATE INDEX IF NOT EXISTS rollup_time ON hostvitals.rollup (time)`,
    `CREATE TABLE hostvitals.rollup_set_aside (
  resolution int NOT NULL,
  host_id int NOT NULL,
  time timestamptz NOT NULL,
  set_aside_at timestamptz NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (resolution, host_id, time)
)`,
  ],
}
