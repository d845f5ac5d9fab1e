import type { Migration } from '../../store.ts'

/**
 * All tables and views of the first version, in the schema `hostvitals`, which the migration makes sure of. Names are
 * qualified, so that the SQL is the same whatever a session's search_path says. Raw rows lie in daily partitions; a
 * partition for each resolution of the roll-ups stands here, their ranges of time are made with them.
 */
export const foundation: Migration = {
  name: '0001-foundation',
  statements: [
    `CREATE TABLE hostvitals.host (
  host_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agent_uid uuid NOT NULL UNIQUE,
  name text NOT NULL,
  labels jsonb NOT NULL DEFAULT '{}',
  resource jsonb NOT NULL DEFAULT '{}',
  interval_ms int,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  skew_ms int,
  replaces int REFERENCES hostvitals.host,
  forgotten_at timestamptz
)`,
    `CREATE INDEX host_name ON hostvitals.host (name)`,
    `CREATE TABLE hostvitals.metric (
  metric_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  unit text NOT NULL DEFAULT '',
  kind text NOT NULL CHECK (kind IN ('gauge', 'counter', 'updowncounter', 'histogram')),
  description text,
  UNIQUE (name, unit, kind)
)`,
    `CREATE TABLE hostvitals.series (
  series_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  metric_id int NOT NULL REFERENCES hostvitals.metric,
  attributes jsonb NOT NULL,
  attributes_hash bytea NOT NULL CHECK (octet_length(attributes_hash) = 16),
  UNIQUE (metric_id, attributes_hash)
)`,
    `CREATE TABLE hostvitals.layout (
  layout_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hash bytea NOT NULL UNIQUE,
  size int NOT NULL
)`,
    `CREATE TABLE hostvitals.layout_series (
  series_id int NOT NULL REFERENCES hostvitals.series,
  layout_id int NOT NULL REFERENCES hostvitals.layout,
  position int NOT NULL,
  PRIMARY KEY (series_id, layout_id),
  UNIQUE (layout_id, position)
)`,
    `CREATE TABLE hostvitals.scrape (
  time timestamptz NOT NULL,
  seq bigint NOT NULL,
  host_id int NOT NULL,
  run_id int NOT NULL,
  layout_id int NOT NULL,
  readings float8[] NOT NULL,
  PRIMARY KEY (host_id, time, run_id, seq, layout_id)
) PARTITION BY RANGE (time)`,
    `CREATE INDEX scrape_time ON hostvitals.scrape (time)`,
    `CREATE TABLE hostvitals.histogram (
  time timestamptz NOT NULL,
  start_time timestamptz NOT NULL,
  seq bigint NOT NULL,
  host_id int NOT NULL,
  run_id int NOT NULL,
  series_id int NOT NULL,
  scale smallint NOT NULL,
  count bigint NOT NULL,
  sum float8, min float8, max float8,
  p50 float8, p90 float8, p95 float8, p99 float8,
  zero_count bigint NOT NULL,
  bucket_offset int NOT NULL,
  buckets bigint[] NOT NULL,
  PRIMARY KEY (host_id, series_id, time, run_id, seq)
) PARTITION BY RANGE (time)`,
    `CREATE INDEX histogram_time ON hostvitals.histogram (time)`,
    // Rows that are updated with every batch: room on their pages keeps them where they are.
    `CREATE TABLE hostvitals.agent_run (
  run_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host_id int NOT NULL REFERENCES hostvitals.host,
  run bigint NOT NULL,
  started_at timestamptz NOT NULL,
  booted_at timestamptz,
  high_seq bigint NOT NULL DEFAULT 0,
  UNIQUE (host_id, run)
) WITH (fillfactor = 50)`,
    `CREATE TABLE hostvitals.ingest_gap (
  run_id int NOT NULL REFERENCES hostvitals.agent_run,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'lost', 'expired')),
  reason text,
  noted_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, from_seq)
)`,
    `CREATE TABLE hostvitals.kafka_position (
  cluster text NOT NULL,
  topic text NOT NULL,
  partition int NOT NULL,
  topic_id uuid,
  next_offset bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (cluster, topic, partition)
) WITH (fillfactor = 50)`,
    `CREATE TABLE hostvitals.dead_letter (
  dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  reason text NOT NULL,
  error text NOT NULL,
  cluster text, topic text, topic_id uuid, partition int, "offset" bigint,
  agent_uid uuid, run bigint, seq bigint,
  key bytea, headers jsonb, payload bytea NOT NULL,
  UNIQUE (agent_uid, run, seq),
  UNIQUE (cluster, topic, topic_id, partition, "offset")
)`,
    `CREATE TABLE hostvitals.raw_floor (
  singleton boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (singleton),
  time timestamptz NOT NULL
)`,
    `CREATE TABLE hostvitals.rollup (
  resolution int NOT NULL,
  time timestamptz NOT NULL,
  host_id int NOT NULL,
  layout_id int NOT NULL,
  count int[] NOT NULL,
  min float8[] NOT NULL,
  max float8[] NOT NULL,
  sum float8[] NOT NULL,
  last float8[] NOT NULL,
  PRIMARY KEY (resolution, host_id, time, layout_id)
) PARTITION BY LIST (resolution)`,
    `CREATE TABLE hostvitals.rollup_600 PARTITION OF hostvitals.rollup FOR VALUES IN (600) PARTITION BY RANGE (time)`,
    `CREATE TABLE hostvitals.rollup_3600 PARTITION OF hostvitals.rollup FOR VALUES IN (3600) PARTITION BY RANGE (time)`,
    `CREATE TABLE hostvitals.histogram_rollup (
  resolution int NOT NULL,
  time timestamptz NOT NULL,
  host_id int NOT NULL,
  series_id int NOT NULL,
  scale smallint NOT NULL,
  count bigint NOT NULL,
  sum float8, min float8, max float8,
  p50 float8, p90 float8, p95 float8, p99 float8,
  zero_count bigint NOT NULL,
  bucket_offset int NOT NULL,
  buckets bigint[] NOT NULL,
  PRIMARY KEY (resolution, host_id, series_id, time)
)`,
    `CREATE INDEX histogram_rollup_time ON hostvitals.histogram_rollup (resolution, time)`,
    `CREATE TABLE hostvitals.rollup_dirty (
  resolution int NOT NULL,
  host_id int NOT NULL,
  time timestamptz NOT NULL,
  PRIMARY KEY (resolution, host_id, time)
)`,
    `CREATE VIEW hostvitals.sample AS
  SELECT s.time, h.name AS host, m.name AS metric, r.attributes, s.readings[l.position] AS value,
         m.unit, m.kind, h.labels, s.host_id, l.series_id
    FROM hostvitals.scrape s
    JOIN hostvitals.layout_series l USING (layout_id)
    JOIN hostvitals.series r USING (series_id)
    JOIN hostvitals.metric m USING (metric_id)
    JOIN hostvitals.host h ON h.host_id = s.host_id
   WHERE s.readings[l.position] IS NOT NULL`,
    `CREATE VIEW hostvitals.timing AS
  SELECT t.time, h.name AS host, m.name AS metric, r.attributes, t.count, t.sum, t.min, t.max, t.p50, t.p90, t.p95, t.p99,
         m.unit, h.labels, t.host_id, t.series_id
    FROM hostvitals.histogram t
    JOIN hostvitals.series r USING (series_id)
    JOIN hostvitals.metric m USING (metric_id)
    JOIN hostvitals.host h ON h.host_id = t.host_id`,
    `CREATE VIEW hostvitals.trend AS
  SELECT u.time, u.resolution, h.name AS host, m.name AS metric, r.attributes,
         u.count[l.position] AS count, u.min[l.position] AS min, u.max[l.position] AS max,
         CASE WHEN m.kind = 'counter' THEN u.sum[l.position] / u.resolution
              ELSE u.sum[l.position] / nullif(u.count[l.position], 0) END AS average,
         u.last[l.position] AS last, m.unit, m.kind, h.labels, u.host_id, l.series_id
    FROM hostvitals.rollup u
    JOIN hostvitals.layout_series l USING (layout_id)
    JOIN hostvitals.series r USING (series_id)
    JOIN hostvitals.metric m USING (metric_id)
    JOIN hostvitals.host h ON h.host_id = u.host_id
   WHERE u.count[l.position] > 0`,
  ],
}
