CREATE TABLE `agent_run` (
  `run_id` int unsigned NOT NULL AUTO_INCREMENT,
  `host_id` int unsigned NOT NULL,
  `run` bigint NOT NULL,
  `started_at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `booted_at` timestamp(6) NULL DEFAULT NULL,
  `high_seq` bigint NOT NULL DEFAULT '0',
  PRIMARY KEY (`run_id`),
  UNIQUE KEY `agent_run_run` (`host_id`,`run`),
  CONSTRAINT `agent_run_host` FOREIGN KEY (`host_id`) REFERENCES `host` (`host_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `counter_start` (
  `host_id` int unsigned NOT NULL,
  `series_id` int unsigned NOT NULL,
  `start_time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`host_id`,`series_id`,`start_time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `dead_letter` (
  `dead_letter_id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `reason` varchar(63) COLLATE utf8mb4_0900_bin NOT NULL,
  `error` text COLLATE utf8mb4_0900_bin NOT NULL,
  `cluster` varchar(64) COLLATE utf8mb4_0900_bin DEFAULT NULL,
  `topic` varchar(249) COLLATE utf8mb4_0900_bin DEFAULT NULL,
  `topic_id` binary(16) DEFAULT NULL,
  `partition` int DEFAULT NULL,
  `offset` bigint DEFAULT NULL,
  `agent_uid` binary(16) DEFAULT NULL,
  `run` bigint DEFAULT NULL,
  `seq` bigint DEFAULT NULL,
  `key` longblob,
  `headers` json DEFAULT NULL,
  `payload` longblob NOT NULL,
  PRIMARY KEY (`dead_letter_id`),
  UNIQUE KEY `dead_letter_record` (`agent_uid`,`run`,`seq`),
  UNIQUE KEY `dead_letter_place` (`cluster`,`topic`,`topic_id`,`partition`,`offset`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `histogram` (
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `start_time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `seq` bigint NOT NULL,
  `host_id` int unsigned NOT NULL,
  `run_id` int unsigned NOT NULL,
  `series_id` int unsigned NOT NULL,
  `scale` smallint NOT NULL,
  `count` bigint NOT NULL,
  `sum` double DEFAULT NULL,
  `min` double DEFAULT NULL,
  `max` double DEFAULT NULL,
  `p50` double DEFAULT NULL,
  `p90` double DEFAULT NULL,
  `p95` double DEFAULT NULL,
  `p99` double DEFAULT NULL,
  `zero_count` bigint NOT NULL,
  `bucket_offset` int NOT NULL,
  `buckets` json NOT NULL,
  PRIMARY KEY (`host_id`,`series_id`,`time`,`run_id`,`seq`),
  KEY `histogram_time` (`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin STATS_SAMPLE_PAGES=200
PARTITION BY …;

CREATE TABLE `histogram_rollup` (
  `resolution` int unsigned NOT NULL,
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `host_id` int unsigned NOT NULL,
  `series_id` int unsigned NOT NULL,
  `scale` smallint NOT NULL,
  `count` bigint NOT NULL,
  `sum` double DEFAULT NULL,
  `min` double DEFAULT NULL,
  `max` double DEFAULT NULL,
  `p50` double DEFAULT NULL,
  `p90` double DEFAULT NULL,
  `p95` double DEFAULT NULL,
  `p99` double DEFAULT NULL,
  `zero_count` bigint NOT NULL,
  `bucket_offset` int NOT NULL,
  `buckets` json NOT NULL,
  PRIMARY KEY (`resolution`,`host_id`,`series_id`,`time`),
  KEY `histogram_rollup_time` (`resolution`,`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin STATS_SAMPLE_PAGES=200;

CREATE TABLE `host` (
  `host_id` int unsigned NOT NULL AUTO_INCREMENT,
  `agent_uid` binary(16) NOT NULL,
  `name` varchar(255) COLLATE utf8mb4_0900_bin NOT NULL,
  `labels` json NOT NULL,
  `resource` json NOT NULL,
  `interval_ms` int unsigned DEFAULT NULL,
  `first_seen` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `last_seen` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `skew_ms` int DEFAULT NULL,
  `replaces` int unsigned DEFAULT NULL,
  `forgotten_at` timestamp(6) NULL DEFAULT NULL,
  PRIMARY KEY (`host_id`),
  UNIQUE KEY `host_agent_uid` (`agent_uid`),
  KEY `host_name` (`name`),
  KEY `host_replaces` (`replaces`),
  CONSTRAINT `host_replaces` FOREIGN KEY (`replaces`) REFERENCES `host` (`host_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `ingest_gap` (
  `run_id` int unsigned NOT NULL,
  `from_seq` bigint NOT NULL,
  `to_seq` bigint NOT NULL,
  `state` enum('open','lost','expired') COLLATE utf8mb4_0900_bin NOT NULL,
  `reason` text COLLATE utf8mb4_0900_bin,
  `noted_at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`run_id`,`from_seq`),
  CONSTRAINT `ingest_gap_run` FOREIGN KEY (`run_id`) REFERENCES `agent_run` (`run_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `kafka_position` (
  `cluster` varchar(64) COLLATE utf8mb4_0900_bin NOT NULL,
  `topic` varchar(249) COLLATE utf8mb4_0900_bin NOT NULL,
  `partition` int NOT NULL,
  `topic_id` binary(16) DEFAULT NULL,
  `next_offset` bigint NOT NULL,
  `updated_at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`cluster`,`topic`,`partition`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `layout` (
  `layout_id` int unsigned NOT NULL AUTO_INCREMENT,
  `hash` binary(16) NOT NULL,
  `size` int unsigned NOT NULL,
  PRIMARY KEY (`layout_id`),
  UNIQUE KEY `layout_hash` (`hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `layout_series` (
  `series_id` int unsigned NOT NULL,
  `layout_id` int unsigned NOT NULL,
  `position` smallint unsigned NOT NULL,
  PRIMARY KEY (`series_id`,`layout_id`),
  UNIQUE KEY `layout_series_position` (`layout_id`,`position`),
  CONSTRAINT `layout_series_layout` FOREIGN KEY (`layout_id`) REFERENCES `layout` (`layout_id`),
  CONSTRAINT `layout_series_series` FOREIGN KEY (`series_id`) REFERENCES `series` (`series_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `metric` (
  `metric_id` int unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(255) COLLATE utf8mb4_0900_bin NOT NULL,
  `unit` varchar(63) COLLATE utf8mb4_0900_bin NOT NULL DEFAULT '',
  `kind` enum('gauge','counter','updowncounter','histogram') COLLATE utf8mb4_0900_bin NOT NULL,
  `description` text COLLATE utf8mb4_0900_bin,
  PRIMARY KEY (`metric_id`),
  UNIQUE KEY `metric_name` (`name`,`unit`,`kind`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `raw_floor` (
  `singleton` tinyint NOT NULL DEFAULT '1',
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`singleton`),
  CONSTRAINT `raw_floor_singleton` CHECK ((`singleton` = 1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `rollup` (
  `resolution` int unsigned NOT NULL,
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `host_id` int unsigned NOT NULL,
  `layout_id` int unsigned NOT NULL,
  `count` json NOT NULL,
  `min` json NOT NULL,
  `max` json NOT NULL,
  `sum` json NOT NULL,
  `last` json NOT NULL,
  PRIMARY KEY (`resolution`,`host_id`,`time`,`layout_id`),
  KEY `rollup_time` (`resolution`,`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin STATS_SAMPLE_PAGES=200;

CREATE TABLE `rollup_dirty` (
  `resolution` int unsigned NOT NULL,
  `host_id` int unsigned NOT NULL,
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (`resolution`,`host_id`,`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE TABLE `rollup_set_aside` (
  `resolution` int unsigned NOT NULL,
  `host_id` int unsigned NOT NULL,
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `set_aside_at` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `reason` text COLLATE utf8mb4_0900_bin NOT NULL,
  PRIMARY KEY (`resolution`,`host_id`,`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `sample` AS select `s`.`time` AS `time`,
  `h`.`name` AS `host`,
  `m`.`name` AS `metric`,
  `r`.`attributes` AS `attributes`,
  cast(json_extract(`s`.`readings`,concat('$[',(`l`.`position` - 1),']')) as double) AS `value`,
  `m`.`unit` AS `unit`,
  `m`.`kind` AS `kind`,
  `h`.`labels` AS `labels`,
  `s`.`host_id` AS `host_id`,
  `l`.`series_id` AS `series_id`
  from ((((`scrape` `s`
  join `layout_series` `l` on((`s`.`layout_id` = `l`.`layout_id`)))
  join `series` `r` on((`l`.`series_id` = `r`.`series_id`)))
  join `metric` `m` on((`r`.`metric_id` = `m`.`metric_id`)))
  join `host` `h` on((`h`.`host_id` = `s`.`host_id`)))
  where (json_type(json_extract(`s`.`readings`,concat('$[',(`l`.`position` - 1),']'))) <> 'NULL');

CREATE TABLE `scrape` (
  `time` timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  `seq` bigint NOT NULL,
  `host_id` int unsigned NOT NULL,
  `run_id` int unsigned NOT NULL,
  `layout_id` int unsigned NOT NULL,
  `readings` json NOT NULL,
  PRIMARY KEY (`host_id`,`time`,`run_id`,`seq`,`layout_id`),
  KEY `scrape_time` (`time`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin STATS_SAMPLE_PAGES=200
PARTITION BY …;

CREATE TABLE `series` (
  `series_id` int unsigned NOT NULL AUTO_INCREMENT,
  `metric_id` int unsigned NOT NULL,
  `attributes` json NOT NULL,
  `attributes_hash` binary(16) NOT NULL,
  PRIMARY KEY (`series_id`),
  UNIQUE KEY `series_attributes` (`metric_id`,`attributes_hash`),
  CONSTRAINT `series_metric` FOREIGN KEY (`metric_id`) REFERENCES `metric` (`metric_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin;

CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `timing` AS select `t`.`time` AS `time`,
  `h`.`name` AS `host`,
  `m`.`name` AS `metric`,
  `r`.`attributes` AS `attributes`,
  `t`.`count` AS `count`,
  `t`.`sum` AS `sum`,
  `t`.`min` AS `min`,
  `t`.`max` AS `max`,
  `t`.`p50` AS `p50`,
  `t`.`p90` AS `p90`,
  `t`.`p95` AS `p95`,
  `t`.`p99` AS `p99`,
  `m`.`unit` AS `unit`,
  `h`.`labels` AS `labels`,
  `t`.`host_id` AS `host_id`,
  `t`.`series_id` AS `series_id`
  from (((`histogram` `t`
  join `series` `r` on((`t`.`series_id` = `r`.`series_id`)))
  join `metric` `m` on((`r`.`metric_id` = `m`.`metric_id`)))
  join `host` `h` on((`h`.`host_id` = `t`.`host_id`)));

CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `trend` AS select `u`.`time` AS `time`,
  `u`.`resolution` AS `resolution`,
  `h`.`name` AS `host`,
  `m`.`name` AS `metric`,
  `r`.`attributes` AS `attributes`,
  cast(nullif(json_unquote(json_extract(`u`.`count`,concat('$[',(`l`.`position` - 1),']'))),'null') as signed) AS `count`,
  cast(nullif(json_unquote(json_extract(`u`.`min`,concat('$[',(`l`.`position` - 1),']'))),'null') as double) AS `min`,
  cast(nullif(json_unquote(json_extract(`u`.`max`,concat('$[',(`l`.`position` - 1),']'))),'null') as double) AS `max`,(case when (`m`.`kind` = 'counter') then (cast(nullif(json_unquote(json_extract(`u`.`sum`,concat('$[',(`l`.`position` - 1),']'))),'null') as double) / `u`.`resolution`) else (cast(nullif(json_unquote(json_extract(`u`.`sum`,concat('$[',(`l`.`position` - 1),']'))),'null') as double) / cast(nullif(json_unquote(json_extract(`u`.`count`,concat('$[',(`l`.`position` - 1),']'))),'null') as signed)) end) AS `average`,
  cast(nullif(json_unquote(json_extract(`u`.`last`,concat('$[',(`l`.`position` - 1),']'))),'null') as double) AS `last`,
  `m`.`unit` AS `unit`,
  `m`.`kind` AS `kind`,
  `h`.`labels` AS `labels`,
  `u`.`host_id` AS `host_id`,
  `l`.`series_id` AS `series_id`
  from ((((`rollup` `u`
  join `layout_series` `l` on((`u`.`layout_id` = `l`.`layout_id`)))
  join `series` `r` on((`l`.`series_id` = `r`.`series_id`)))
  join `metric` `m` on((`r`.`metric_id` = `m`.`metric_id`)))
  join `host` `h` on((`h`.`host_id` = `u`.`host_id`)))
  where (cast(nullif(json_unquote(json_extract(`u`.`count`,concat('$[',(`l`.`position` - 1),']'))),'null') as signed) > 0);
