/** Our own resource attributes: what an agent says of itself beyond the OpenTelemetry conventions. */
export const resourceKeys = {
  intervalMs: 'hostvitals.interval_ms',
  startedAtMs: 'hostvitals.started_at_ms',
  bootedAtMs: 'hostvitals.booted_at_ms',
  /** The agent_uid that this host had before its disk was found to be a copy. */
  replaces: 'hostvitals.replaces',
  /** True where the agent's state goes with its container: the next one will be another host. */
  ephemeral: 'hostvitals.ephemeral',
  /** Before each key of `host.labels`. */
  labelPrefix: 'hostvitals.label.',
} as const
