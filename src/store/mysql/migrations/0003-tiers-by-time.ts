import type { Migration } from '../../store.ts'

/**
 * The servers look at as many pages of the tiers as they do of raw rows. With the usual 20 they take a host's years in a tier
 * for some forty rows, and read all of them of each host for a question about the last day.
 */
export const tiersByTime: Migration = {
  name: '0003-tiers-by-time',
  statements: [`ALTER TABLE \`rollup\` STATS_SAMPLE_PAGES=200`, `ALTER TABLE histogram_rollup STATS_SAMPLE_PAGES=200`],
}
