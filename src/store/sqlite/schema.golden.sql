CREATE TABLE agent_run (
  run_id INTEGER PRIMARY KEY AUTOINCREMENT,
  host_id INTEGER NOT NULL REFERENCES host,
  run INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  booted_at TEXT,
  high_seq INTEGER NOT NULL DEFAULT 0,
  UNIQUE (host_id, run)
) STRICT;

CREATE TABLE counter_start (
  host_id INTEGER NOT NULL,
  series_id INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  PRIMARY KEY (host_id, series_id, start_time)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letter (
  dead_letter_id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  reason TEXT NOT NULL,
  error TEXT NOT NULL,
  cluster TEXT, topic TEXT, topic_id TEXT, partition INTEGER, offset INTEGER,
  agent_uid TEXT, run INTEGER, seq INTEGER,
  key BLOB, headers TEXT, payload BLOB NOT NULL,
  UNIQUE (agent_uid, run, seq),
  UNIQUE (cluster, topic, topic_id, partition, offset)
) STRICT;

CREATE TABLE histogram (
  time TEXT NOT NULL,
  start_time TEXT NOT NULL,
  seq INTEGER NOT NULL,
  host_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  series_id INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum REAL, min REAL, max REAL,
  p50 REAL, p90 REAL, p95 REAL, p99 REAL,
  zero_count INTEGER NOT NULL,
  bucket_offset INTEGER NOT NULL,
  buckets TEXT NOT NULL,
  UNIQUE (host_id, series_id, time, run_id, seq)
) STRICT;

CREATE TABLE histogram_rollup (
  resolution INTEGER NOT NULL,
  time TEXT NOT NULL,
  host_id INTEGER NOT NULL,
  series_id INTEGER NOT NULL,
  scale INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum REAL, min REAL, max REAL,
  p50 REAL, p90 REAL, p95 REAL, p99 REAL,
  zero_count INTEGER NOT NULL,
  bucket_offset INTEGER NOT NULL,
  buckets TEXT NOT NULL,
  UNIQUE (resolution, host_id, series_id, time)
) STRICT;

CREATE INDEX histogram_rollup_time ON histogram_rollup (resolution, time);

CREATE INDEX histogram_time ON histogram (time);

CREATE TABLE host (
  host_id INTEGER PRIMARY KEY AUTOINCREMENT,
  agent_uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  labels TEXT NOT NULL DEFAULT '{}',
  resource TEXT NOT NULL DEFAULT '{}',
  interval_ms INTEGER,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  skew_ms INTEGER,
  replaces INTEGER REFERENCES host,
  forgotten_at TEXT
) STRICT;

CREATE INDEX host_name ON host (name);

CREATE TABLE ingest_gap (
  run_id INTEGER NOT NULL REFERENCES agent_run,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'lost', 'expired')),
  reason TEXT,
  noted_at TEXT NOT NULL,
  PRIMARY KEY (run_id, from_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE kafka_position (
  cluster TEXT NOT NULL,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  topic_id TEXT,
  next_offset INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (cluster, topic, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE layout (
  layout_id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL
) STRICT;

CREATE TABLE layout_series (
  series_id INTEGER NOT NULL REFERENCES series,
  layout_id INTEGER NOT NULL REFERENCES layout,
  position INTEGER NOT NULL,
  PRIMARY KEY (series_id, layout_id),
  UNIQUE (layout_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric (
  metric_id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  unit TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL CHECK (kind IN ('gauge', 'counter', 'updowncounter', 'histogram')),
  description TEXT,
  UNIQUE (name, unit, kind)
) STRICT;

CREATE TABLE raw_floor (
  singleton INT NOT NULL DEFAULT 1 PRIMARY KEY CHECK (singleton = 1),
  time TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup (
  resolution INTEGER NOT NULL,
  time TEXT NOT NULL,
  host_id INTEGER NOT NULL,
  layout_id INTEGER NOT NULL,
  count TEXT NOT NULL,
  min TEXT NOT NULL,
  max TEXT NOT NULL,
  sum TEXT NOT NULL,
  last TEXT NOT NULL,
  UNIQUE (resolution, host_id, time, layout_id)
) STRICT;

CREATE TABLE rollup_dirty (
  resolution INTEGER NOT NULL,
  host_id INTEGER NOT NULL,
  time TEXT NOT NULL,
  PRIMARY KEY (resolution, host_id, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_set_aside (
  resolution INTEGER NOT NULL,
  host_id INTEGER NOT NULL,
  time TEXT NOT NULL,
  set_aside_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (resolution, host_id, time)
) STRICT, WITHOUT ROWID;

CREATE INDEX rollup_time ON rollup (resolution, time);

CREATE VIEW sample AS
  SELECT s.time, h.name AS host, m.name AS metric, r.attributes, CAST(s.readings ->> (l.position - 1) AS REAL) AS value,
         m.unit, m.kind, h.labels, s.host_id, l.series_id
    FROM scrape s
    JOIN layout_series l USING (layout_id) JOIN series r USING (series_id) JOIN metric m USING (metric_id)
    JOIN host h ON h.host_id = s.host_id
   WHERE s.readings ->> (l.position - 1) IS NOT NULL;

CREATE TABLE scrape (
  time TEXT NOT NULL,
  seq INTEGER NOT NULL,
  host_id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  layout_id INTEGER NOT NULL,
  readings TEXT NOT NULL,
  UNIQUE (host_id, time, run_id, seq, layout_id)
) STRICT;

CREATE INDEX scrape_time ON scrape (time);

CREATE TABLE series (
  series_id INTEGER PRIMARY KEY AUTOINCREMENT,
  metric_id INTEGER NOT NULL REFERENCES metric,
  attributes TEXT NOT NULL,
  attributes_hash BLOB NOT NULL CHECK (length(attributes_hash) = 16),
  UNIQUE (metric_id, attributes_hash)
) STRICT;

CREATE VIEW timing AS
  SELECT t.time, h.name AS host, m.name AS metric, r.attributes, t.count, t.sum, t.min, t.max, t.p50, t.p90, t.p95, t.p99,
         m.unit, h.labels, t.host_id, t.series_id
    FROM histogram t
    JOIN series r USING (series_id) JOIN metric m USING (metric_id)
    JOIN host h ON h.host_id = t.host_id;

CREATE VIEW trend AS
  SELECT u.time, u.resolution, h.name AS host, m.name AS metric, r.attributes,
         u.count ->> (l.position - 1) AS count,
         CAST(u.min ->> (l.position - 1) AS REAL) AS min, CAST(u.max ->> (l.position - 1) AS REAL) AS max,
         CASE WHEN m.kind = 'counter' THEN CAST(u.sum ->> (l.position - 1) AS REAL) / u.resolution
              ELSE CAST(u.sum ->> (l.position - 1) AS REAL) / nullif(u.count ->> (l.position - 1), 0) END AS average,
         CAST(u.last ->> (l.position - 1) AS REAL) AS last, m.unit, m.kind, h.labels, u.host_id, l.series_id
    FROM rollup u
    JOIN layout_series l USING (layout_id) JOIN series r USING (series_id) JOIN metric m USING (metric_id)
    JOIN host h ON h.host_id = u.host_id
   WHERE u.count ->> (l.position - 1) > 0;
