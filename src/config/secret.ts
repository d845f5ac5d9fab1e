/** Stub to be replaced by the config room; the shape is final. A secret never prints: not in logs, not in JSON, not in errors. */
export interface Secret {
  /** The environment variable's name: `DATABASE_URL`. */
  readonly name: string
  /** `producer.config.ts:8`: where it is used. */
  readonly usedAt: string | undefined
  /** Reads `NAME`, else the file that `NAME_FILE` names, else systemd's credentials folder. Throws ConfigurationError saying how to set it. */
  readonly reveal: () => string
  readonly toString: () => string
  readonly toJSON: () => string
}
