import type { Migration } from '../../store.ts'

/**
 * Lists of the tiers stay in their row while it fits into a page. A host's bucket of more than some fifty series is longer
 * than 2 kB, from where on PostgreSQL would put its lists elsewhere, each behind an index of its own: a year of one metric is
 * nine thousand rows and was thirty-five thousand such look-ups. Rows that are there stay as they are.
 */
export const tiersInLine: Migration = {
  name: '0004-tiers-in-line',
  statements: ['count', 'min', 'max', 'sum', 'last'].map(
    (column) => `ALTER TABLE hostvitals.rollup ALTER COLUMN ${column} SET STORAGE MAIN`,
  ),
}
