/** What one record may hold; a record beyond it becomes a dead letter, so that no message can exhaust a consumer. */
export const limits = {
  /** After decompression, which the Kafka client does. */
  recordBytes: 1_048_576,
  points: 50_000,
  attributes: 64,
  attributeBytes: 1024,
  depth: 32,
  /** Numbers of one row of `scrape`. */
  readings: 200,
} as const
