import type { Migration } from '../../store.ts'

/** Buckets that can never be stored, so that those behind them are. */
export const tiers: Migration = {
  name: '0003-tiers',
  statements: [
    `CREATE TABLE rollup_set_aside (
  resolution INTEGER NOT NULL,
  host_id INTEGER NOT NULL,
  time TEXT NOT NULL,
  set_aside_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (resolution, host_id, time)
) STRICT, WITHOUT ROWID`,
  ],
}
