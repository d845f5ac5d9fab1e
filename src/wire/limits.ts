/** What one record may hold; a record beyond it becomes a dead letter, so that no message can exhaust a consumer. */
export const limits = {
  /** After decompression, which the Kafka client does. */
  recordBytes: 1_048_576,
  points: 50_000,
  /** Of one series, one resource, or one list of pairs inside an attribute. */
  attributes: 64,
  /** Key and value of one attribute together, as protobuf. */
  attributeBytes: 1024,
  depth: 32,
  /** Attributes of resources that join the series of their points, as text, once for each point. */
  repeatedCharacters: 16_777_216,
  /** Characters; the databases' columns are no wider. */
  name: 255,
  unit: 63,
  /** Longer ones are cut, not refused. */
  description: 1024,
  /** The end of the year 9999, Unix milliseconds: no database keeps a later time. */
  timeMs: 253_402_300_799_999,
  /** Numbers of one row of `scrape`, and timers and histograms of one record of ours. */
  readings: 200,
} as const
