import type { Migration } from '../../store.ts'

/**
 * The servers look at as many pages of the tiers as they do of raw rows. With the usual 20 they take a host's years in a tier
 * for some forty rows, and read all of them of each host for a question about the last day. And buckets that can never be
 * stored, so that those behind them are.
 */
export function tiers(collation: string): Migration {
  return {
    name: '0003-tiers',
    statements: [
      `ALTER TABLE \`rollup\` STATS_SAMPLE_PAGES=200`,
      `ALTER TABLE histogram_rollup STATS_SAMPLE_PAGES=200`,
      `CREATE TABLE IF NOT EXISTS rollup_set_aside (
  resolution int unsigned NOT NULL,
  host_id int unsigned NOT NULL,
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  set_aside_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  reason text NOT NULL,
  PRIMARY KEY (resolution, host_id, \`time\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`,
    ],
  }
}
