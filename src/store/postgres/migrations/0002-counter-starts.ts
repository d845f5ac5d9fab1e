import type { Migration } from '../../store.ts'

/** Since when each counter of a host counts, as it said itself: what tells a counter that began anew from one that grew. */
export const counterStarts: Migration = {
  name: '0002-counter-starts',
  statements: [
    `CREATE TABLE hostvitals.counter_start (
  host_id int NOT NULL,
  series_id int NOT NULL,
  start_time timestamptz NOT NULL,
  PRIMARY KEY (host_id, series_id, start_time)
)`,
  ],
}
