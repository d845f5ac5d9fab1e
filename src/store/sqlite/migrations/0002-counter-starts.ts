import type { Migration } from '../../store.ts'

/** Since when each counter of a host counts, as it said itself: what tells a counter that began anew from one that grew. */
export const counterStarts: Migration = {
  name: '0002-counter-starts',
  statements: [
    `CREATE TABLE counter_start (
  host_id INTEGER NOT NULL,
  series_id INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  PRIMARY KEY (host_id, series_id, start_time)
) STRICT, WITHOUT ROWID`,
  ],
}
