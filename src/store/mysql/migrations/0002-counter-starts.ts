import type { Migration } from '../../store.ts'

/** Since when each counter of a host counts, as it said itself: what tells a counter that began anew from one that grew. */
export function counterStarts(collation: string): Migration {
  return {
    name: '0002-counter-starts',
    statements: [
      `CREATE TABLE IF NOT EXISTS counter_start (
  host_id int unsigned NOT NULL,
  series_id int unsigned NOT NULL,
  start_time timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (host_id, series_id, start_time)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`,
    ],
  }
}
