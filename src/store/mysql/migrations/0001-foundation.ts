import type { Migration } from '../../store.ts'

/**
 * All tables and views of the first version, for both servers; only the order of texts has two names. DDL is not
 * transactional here, so every statement may be run again.
 *
 * Times are TIMESTAMP and not DATETIME: `time >= NOW() - INTERVAL 1 HOUR` is right in every session's zone. Each has a
 * default of its own, or else an old setting of the server would let the first one move at every update. Raw tables are
 * partitioned by UTC day; such tables take no foreign keys. FLOOR is what both servers take, and costs the pruning by time.
 * The first partition holds nothing and is never dropped, since no table may be without one. Columns and tables that are a
 * word of SQL on either server, or with IGNORE_SPACE, stand in backticks. A view is read with the rights of who reads it:
 * one that belonged to a user who is gone would be broken.
 */
export function foundation(collation: string): Migration {
  const table = `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`
  // With the usual 20 pages the servers take a host's hundreds of rows for a few, and read all of each host instead of the
  // last minutes by time: on 15 million samples of 1000 hosts, MySQL 277 ms instead of 54, MariaDB 1585 instead of 51.
  const raw = `${table} STATS_SAMPLE_PAGES=200`
  const days = `PARTITION BY RANGE (FLOOR(UNIX_TIMESTAMP(\`time\`))) (PARTITION p0 VALUES LESS THAN (0))`
  const view = 'CREATE OR REPLACE SQL SECURITY INVOKER VIEW'
  return {
    name: '0001-foundation',
    statements: [
      `CREATE TABLE IF NOT EXISTS host (
  host_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  agent_uid binary(16) NOT NULL,
  name varchar(255) NOT NULL,
  labels json NOT NULL,
  resource json NOT NULL,
  interval_ms int unsigned,
  first_seen timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  last_seen timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  skew_ms int,
  replaces int unsigned,
  forgotten_at timestamp(6) NULL,
  UNIQUE KEY host_agent_uid (agent_uid),
  KEY host_name (name),
  KEY host_replaces (replaces),
  CONSTRAINT host_replaces FOREIGN KEY (replaces) REFERENCES host (host_id)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS metric (
  metric_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(255) NOT NULL,
  unit varchar(63) NOT NULL DEFAULT '',
  kind enum('gauge','counter','updowncounter','histogram') NOT NULL,
  description text,
  UNIQUE KEY metric_name (name, unit, kind)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS series (
  series_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  metric_id int unsigned NOT NULL,
  attributes json NOT NULL,
  attributes_hash binary(16) NOT NULL,
  UNIQUE KEY series_attributes (metric_id, attributes_hash),
  CONSTRAINT series_metric FOREIGN KEY (metric_id) REFERENCES metric (metric_id)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS layout (
  layout_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  hash binary(16) NOT NULL,
  size int unsigned NOT NULL,
  UNIQUE KEY layout_hash (hash)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS layout_series (
  series_id int unsigned NOT NULL,
  layout_id int unsigned NOT NULL,
  \`position\` smallint unsigned NOT NULL,
  PRIMARY KEY (series_id, layout_id),
  UNIQUE KEY layout_series_position (layout_id, \`position\`),
  CONSTRAINT layout_series_series FOREIGN KEY (series_id) REFERENCES series (series_id),
  CONSTRAINT layout_series_layout FOREIGN KEY (layout_id) REFERENCES layout (layout_id)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS scrape (
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  seq bigint NOT NULL,
  host_id int unsigned NOT NULL,
  run_id int unsigned NOT NULL,
  layout_id int unsigned NOT NULL,
  readings json NOT NULL,
  PRIMARY KEY (host_id, \`time\`, run_id, seq, layout_id),
  KEY scrape_time (\`time\`)
) ${raw} ${days}`,
      `CREATE TABLE IF NOT EXISTS histogram (
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  start_time timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  seq bigint NOT NULL,
  host_id int unsigned NOT NULL,
  run_id int unsigned NOT NULL,
  series_id int unsigned NOT NULL,
  scale smallint NOT NULL,
  \`count\` bigint NOT NULL,
  \`sum\` double, \`min\` double, \`max\` double,
  p50 double, p90 double, p95 double, p99 double,
  zero_count bigint NOT NULL,
  bucket_offset int NOT NULL,
  buckets json NOT NULL,
  PRIMARY KEY (host_id, series_id, \`time\`, run_id, seq),
  KEY histogram_time (\`time\`)
) ${raw} ${days}`,
      `CREATE TABLE IF NOT EXISTS agent_run (
  run_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  host_id int unsigned NOT NULL,
  run bigint NOT NULL,
  started_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  booted_at timestamp(6) NULL,
  high_seq bigint NOT NULL DEFAULT 0,
  UNIQUE KEY agent_run_run (host_id, run),
  CONSTRAINT agent_run_host FOREIGN KEY (host_id) REFERENCES host (host_id)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS ingest_gap (
  run_id int unsigned NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  state enum('open','lost','expired') NOT NULL,
  reason text,
  noted_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (run_id, from_seq),
  CONSTRAINT ingest_gap_run FOREIGN KEY (run_id) REFERENCES agent_run (run_id)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS kafka_position (
  \`cluster\` varchar(64) NOT NULL,
  topic varchar(249) NOT NULL,
  \`partition\` int NOT NULL,
  topic_id binary(16),
  next_offset bigint NOT NULL,
  updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (\`cluster\`, topic, \`partition\`)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS dead_letter (
  dead_letter_id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  \`at\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  reason varchar(63) NOT NULL,
  error text NOT NULL,
  \`cluster\` varchar(64), topic varchar(249), topic_id binary(16), \`partition\` int, \`offset\` bigint,
  agent_uid binary(16), run bigint, seq bigint,
  \`key\` longblob, headers json, payload longblob NOT NULL,
  UNIQUE KEY dead_letter_record (agent_uid, run, seq),
  UNIQUE KEY dead_letter_place (\`cluster\`, topic, topic_id, \`partition\`, \`offset\`)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS raw_floor (
  singleton tinyint NOT NULL DEFAULT 1 PRIMARY KEY,
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  CONSTRAINT raw_floor_singleton CHECK (singleton = 1)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS \`rollup\` (
  resolution int unsigned NOT NULL,
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  host_id int unsigned NOT NULL,
  layout_id int unsigned NOT NULL,
  \`count\` json NOT NULL,
  \`min\` json NOT NULL,
  \`max\` json NOT NULL,
  \`sum\` json NOT NULL,
  \`last\` json NOT NULL,
  PRIMARY KEY (resolution, host_id, \`time\`, layout_id),
  KEY rollup_time (resolution, \`time\`)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS histogram_rollup (
  resolution int unsigned NOT NULL,
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  host_id int unsigned NOT NULL,
  series_id int unsigned NOT NULL,
  scale smallint NOT NULL,
  \`count\` bigint NOT NULL,
  \`sum\` double, \`min\` double, \`max\` double,
  p50 double, p90 double, p95 double, p99 double,
  zero_count bigint NOT NULL,
  bucket_offset int NOT NULL,
  buckets json NOT NULL,
  PRIMARY KEY (resolution, host_id, series_id, \`time\`),
  KEY histogram_rollup_time (resolution, \`time\`)
) ${table}`,
      `CREATE TABLE IF NOT EXISTS rollup_dirty (
  resolution int unsigned NOT NULL,
  host_id int unsigned NOT NULL,
  \`time\` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (resolution, host_id, \`time\`)
) ${table}`,
      `${view} sample AS
  SELECT s.\`time\`, h.name AS host, m.name AS metric, r.attributes, CAST(${at('s.readings')} AS DOUBLE) AS \`value\`,
         m.unit, m.kind, h.labels, s.host_id, l.series_id
    FROM scrape s
    JOIN layout_series l USING (layout_id) JOIN series r USING (series_id) JOIN metric m USING (metric_id)
    JOIN host h ON h.host_id = s.host_id
   WHERE JSON_TYPE(${at('s.readings')}) <> 'NULL'`,
      `${view} timing AS
  SELECT t.\`time\`, h.name AS host, m.name AS metric, r.attributes, t.\`count\`, t.\`sum\`, t.\`min\`, t.\`max\`,
         t.p50, t.p90, t.p95, t.p99, m.unit, h.labels, t.host_id, t.series_id
    FROM histogram t
    JOIN series r USING (series_id) JOIN metric m USING (metric_id)
    JOIN host h ON h.host_id = t.host_id`,
      `${view} trend AS
  SELECT u.\`time\`, u.resolution, h.name AS host, m.name AS metric, r.attributes,
         ${numberAt('u.`count`', 'SIGNED')} AS \`count\`,
         ${numberAt('u.`min`')} AS \`min\`, ${numberAt('u.`max`')} AS \`max\`,
         CASE WHEN m.kind = 'counter' THEN ${numberAt('u.`sum`')} / u.resolution
              ELSE ${numberAt('u.`sum`')} / ${numberAt('u.`count`', 'SIGNED')} END AS average,
         ${numberAt('u.`last`')} AS \`last\`, m.unit, m.kind, h.labels, u.host_id, l.series_id
    FROM \`rollup\` u
    JOIN layout_series l USING (layout_id) JOIN series r USING (series_id) JOIN metric m USING (metric_id)
    JOIN host h ON h.host_id = u.host_id
   WHERE ${numberAt('u.`count`', 'SIGNED')} > 0`,
    ],
  }
}

/** The element of a JSON array at the position of a series. */
function at(column: string): string {
  return `JSON_EXTRACT(${column}, CONCAT('$[', l.\`position\` - 1, ']'))`
}

/** As a number, or NULL: the servers disagree on what number a JSON null is. */
function numberAt(column: string, type: 'DOUBLE' | 'SIGNED' = 'DOUBLE'): string {
  return `CAST(NULLIF(JSON_UNQUOTE(${at(column)}), 'null') AS ${type})`
}
