TABLE agent_run WITH {fillfactor=50}
  run_id integer NOT NULL GENERATED ALWAYS AS IDENTITY
  host_id integer NOT NULL
  run bigint NOT NULL
  started_at timestamp with time zone NOT NULL
  booted_at timestamp with time zone
  high_seq bigint NOT NULL DEFAULT 0
  CONSTRAINT agent_run_pkey PRIMARY KEY (run_id)
  CONSTRAINT agent_run_host_id_fkey FOREIGN KEY (host_id) REFERENCES hostvitals.host(host_id)
  CONSTRAINT agent_run_host_id_run_key UNIQUE (host_id, run)

TABLE counter_start
  host_id integer NOT NULL
  series_id integer NOT NULL
  start_time timestamp with time zone NOT NULL
  CONSTRAINT counter_start_pkey PRIMARY KEY (host_id, series_id, start_time)

TABLE dead_letter
  dead_letter_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY
  at timestamp with time zone NOT NULL
  reason text NOT NULL
  error text NOT NULL
  cluster text
  topic text
  topic_id uuid
  partition integer
  offset bigint
  agent_uid uuid
  run bigint
  seq bigint
  key bytea
  headers jsonb
  payload bytea NOT NULL
  CONSTRAINT dead_letter_pkey PRIMARY KEY (dead_letter_id)
  CONSTRAINT dead_letter_agent_uid_run_seq_key UNIQUE (agent_uid, run, seq)
  CONSTRAINT dead_letter_cluster_topic_topic_id_partition_offset_key UNIQUE (cluster, topic, topic_id, partition, "offset")

TABLE histogram PARTITION BY RANGE ("time")
  time timestamp with time zone NOT NULL
  start_time timestamp with time zone NOT NULL
  seq bigint NOT NULL
  host_id integer NOT NULL
  run_id integer NOT NULL
  series_id integer NOT NULL
  scale smallint NOT NULL
  count bigint NOT NULL
  sum double precision
  min double precision
  max double precision
  p50 double precision
  p90 double precision
  p95 double precision
  p99 double precision
  zero_count bigint NOT NULL
  bucket_offset integer NOT NULL
  buckets bigint[] NOT NULL
  CONSTRAINT histogram_pkey PRIMARY KEY (host_id, series_id, "time", run_id, seq)
  CREATE INDEX histogram_time ON ONLY hostvitals.histogram USING btree ("time")

TABLE histogram_rollup
  resolution integer NOT NULL
  time timestamp with time zone NOT NULL
  host_id integer NOT NULL
  series_id integer NOT NULL
  scale smallint NOT NULL
  count bigint NOT NULL
  sum double precision
  min double precision
  max double precision
  p50 double precision
  p90 double precision
  p95 double precision
  p99 double precision
  zero_count bigint NOT NULL
  bucket_offset integer NOT NULL
  buckets bigint[] NOT NULL
  CONSTRAINT histogram_rollup_pkey PRIMARY KEY (resolution, host_id, series_id, "time")
  CREATE INDEX histogram_rollup_time ON hostvitals.histogram_rollup USING btree (resolution, "time")

TABLE host
  host_id integer NOT NULL GENERATED ALWAYS AS IDENTITY
  agent_uid uuid NOT NULL
  name text NOT NULL
  labels jsonb NOT NULL DEFAULT '{}'::jsonb
  resource jsonb NOT NULL DEFAULT '{}'::jsonb
  interval_ms integer
  first_seen timestamp with time zone NOT NULL
  last_seen timestamp with time zone NOT NULL
  skew_ms integer
  replaces integer
  forgotten_at timestamp with time zone
  CONSTRAINT host_pkey PRIMARY KEY (host_id)
  CONSTRAINT host_agent_uid_key UNIQUE (agent_uid)
  CONSTRAINT host_replaces_fkey FOREIGN KEY (replaces) REFERENCES hostvitals.host(host_id)
  CREATE INDEX host_name ON hostvitals.host USING btree (name)

TABLE ingest_gap
  run_id integer NOT NULL
  from_seq bigint NOT NULL
  to_seq bigint NOT NULL
  state text NOT NULL
  reason text
  noted_at timestamp with time zone NOT NULL
  CONSTRAINT ingest_gap_pkey PRIMARY KEY (run_id, from_seq)
  CONSTRAINT ingest_gap_run_id_fkey FOREIGN KEY (run_id) REFERENCES hostvitals.agent_run(run_id)
  CONSTRAINT ingest_gap_state_check CHECK ((state = ANY (ARRAY['open'::text, 'lost'::text, 'expired'::text])))

TABLE kafka_position WITH {fillfactor=50}
  cluster text NOT NULL
  topic text NOT NULL
  partition integer NOT NULL
  topic_id uuid
  next_offset bigint NOT NULL
  updated_at timestamp with time zone NOT NULL
  CONSTRAINT kafka_position_pkey PRIMARY KEY (cluster, topic, partition)

TABLE layout
  layout_id integer NOT NULL GENERATED ALWAYS AS IDENTITY
  hash bytea NOT NULL
  size integer NOT NULL
  CONSTRAINT layout_pkey PRIMARY KEY (layout_id)
  CONSTRAINT layout_hash_key UNIQUE (hash)

TABLE layout_series
  series_id integer NOT NULL
  layout_id integer NOT NULL
  position integer NOT NULL
  CONSTRAINT layout_series_pkey PRIMARY KEY (series_id, layout_id)
  CONSTRAINT layout_series_layout_id_fkey FOREIGN KEY (layout_id) REFERENCES hostvitals.layout(layout_id)
  CONSTRAINT layout_series_series_id_fkey FOREIGN KEY (series_id) REFERENCES hostvitals.series(series_id)
  CONSTRAINT layout_series_layout_id_position_key UNIQUE (layout_id, "position")

TABLE metric
  metric_id integer NOT NULL GENERATED ALWAYS AS IDENTITY
  name text NOT NULL
  unit text NOT NULL DEFAULT ''::text
  kind text NOT NULL
  description text
  CONSTRAINT metric_pkey PRIMARY KEY (metric_id)
  CONSTRAINT metric_kind_check CHECK ((kind = ANY (ARRAY['gauge'::text, 'counter'::text, 'updowncounter'::text, 'histogram'::text])))
  CONSTRAINT metric_name_unit_kind_key UNIQUE (name, unit, kind)

TABLE raw_floor
  singleton boolean NOT NULL DEFAULT true
  time timestamp with time zone NOT NULL
  CONSTRAINT raw_floor_pkey PRIMARY KEY (singleton)
  CONSTRAINT raw_floor_singleton_check CHECK (singleton)

TABLE rollup PARTITION BY LIST (resolution)
  resolution integer NOT NULL
  time timestamp with time zone NOT NULL
  host_id integer NOT NULL
  layout_id integer NOT NULL
  count integer[] NOT NULL
  min double precision[] NOT NULL
  max double precision[] NOT NULL
  sum double precision[] NOT NULL
  last double precision[] NOT NULL
  CONSTRAINT rollup_pkey PRIMARY KEY (resolution, host_id, "time", layout_id)
  CREATE INDEX rollup_time ON ONLY hostvitals.rollup USING btree ("time")

TABLE rollup_3600 PARTITION BY RANGE ("time") FOR VALUES IN (3600)
  resolution integer NOT NULL
  time timestamp with time zone NOT NULL
  host_id integer NOT NULL
  layout_id integer NOT NULL
  count integer[] NOT NULL
  min double precision[] NOT NULL
  max double precision[] NOT NULL
  sum double precision[] NOT NULL
  last double precision[] NOT NULL
  CONSTRAINT rollup_3600_pkey PRIMARY KEY (resolution, host_id, "time", layout_id)
  CREATE INDEX rollup_3600_time_idx ON ONLY hostvitals.rollup_3600 USING btree ("time")

TABLE rollup_600 PARTITION BY RANGE ("time") FOR VALUES IN (600)
  resolution integer NOT NULL
  time timestamp with time zone NOT NULL
  host_id integer NOT NULL
  layout_id integer NOT NULL
  count integer[] NOT NULL
  min double precision[] NOT NULL
  max double precision[] NOT NULL
  sum double precision[] NOT NULL
  last double precision[] NOT NULL
  CONSTRAINT rollup_600_pkey PRIMARY KEY (resolution, host_id, "time", layout_id)
  CREATE INDEX rollup_600_time_idx ON ONLY hostvitals.rollup_600 USING btree ("time")

TABLE rollup_dirty
  resolution integer NOT NULL
  host_id integer NOT NULL
  time timestamp with time zone NOT NULL
  CONSTRAINT rollup_dirty_pkey PRIMARY KEY (resolution, host_id, "time")

TABLE rollup_set_aside
  resolution integer NOT NULL
  host_id integer NOT NULL
  time timestamp with time zone NOT NULL
  set_aside_at timestamp with time zone NOT NULL
  reason text NOT NULL
  CONSTRAINT rollup_set_aside_pkey PRIMARY KEY (resolution, host_id, "time")

VIEW sample AS
 SELECT s."time",
    h.name AS host,
    m.name AS metric,
    r.attributes,
    s.readings[l."position"] AS value,
    m.unit,
    m.kind,
    h.labels,
    s.host_id,
    l.series_id
   FROM ((((hostvitals.scrape s
     JOIN hostvitals.layout_series l USING (layout_id))
     JOIN hostvitals.series r USING (series_id))
     JOIN hostvitals.metric m USING (metric_id))
     JOIN hostvitals.host h ON ((h.host_id = s.host_id)))
  WHERE (s.readings[l."position"] IS NOT NULL);

TABLE scrape PARTITION BY RANGE ("time")
  time timestamp with time zone NOT NULL
  seq bigint NOT NULL
  host_id integer NOT NULL
  run_id integer NOT NULL
  layout_id integer NOT NULL
  readings double precision[] NOT NULL
  CONSTRAINT scrape_pkey PRIMARY KEY (host_id, "time", run_id, seq, layout_id)
  CREATE INDEX scrape_time ON ONLY hostvitals.scrape USING btree ("time")

TABLE series
  series_id integer NOT NULL GENERATED ALWAYS AS IDENTITY
  metric_id integer NOT NULL
  attributes jsonb NOT NULL
  attributes_hash bytea NOT NULL
  CONSTRAINT series_pkey PRIMARY KEY (series_id)
  CONSTRAINT series_metric_id_fkey FOREIGN KEY (metric_id) REFERENCES hostvitals.metric(metric_id)
  CONSTRAINT series_attributes_hash_check CHECK ((octet_length(attributes_hash) = 16))
  CONSTRAINT series_metric_id_attributes_hash_key UNIQUE (metric_id, attributes_hash)

VIEW timing AS
 SELECT t."time",
    h.name AS host,
    m.name AS metric,
    r.attributes,
    t.count,
    t.sum,
    t.min,
    t.max,
    t.p50,
    t.p90,
    t.p95,
    t.p99,
    m.unit,
    h.labels,
    t.host_id,
    t.series_id
   FROM (((hostvitals.histogram t
     JOIN hostvitals.series r USING (series_id))
     JOIN hostvitals.metric m USING (metric_id))
     JOIN hostvitals.host h ON ((h.host_id = t.host_id)));

VIEW trend AS
 SELECT u."time",
    u.resolution,
    h.name AS host,
    m.name AS metric,
    r.attributes,
    u.count[l."position"] AS count,
    u.min[l."position"] AS min,
    u.max[l."position"] AS max,
        CASE
            WHEN (m.kind = 'counter'::text) THEN (u.sum[l."position"] / (u.resolution)::double precision)
            ELSE (u.sum[l."position"] / (NULLIF(u.count[l."position"], 0))::double precision)
        END AS average,
    u.last[l."position"] AS last,
    m.unit,
    m.kind,
    h.labels,
    u.host_id,
    l.series_id
   FROM ((((hostvitals.rollup u
     JOIN hostvitals.layout_series l USING (layout_id))
     JOIN hostvitals.series r USING (series_id))
     JOIN hostvitals.metric m USING (metric_id))
     JOIN hostvitals.host h ON ((h.host_id = u.host_id)))
  WHERE (u.count[l."position"] > 0);
