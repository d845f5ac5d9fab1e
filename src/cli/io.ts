/** What a command may touch of its process: passed in, so that a test runs the very same command in memory. */
export interface CommandIo {
  /** Results. */
  readonly stdout: OutputStream
  /** Results that are no text, to stdout. */
  readonly writeBytes: (bytes: Uint8Array) => unknown
  /** Everything that is not the result: hints, errors. */
  readonly stderr: OutputStream
  /** Present where a person can answer. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborts at Ctrl-C or SIGTERM; a role then stops calmly. */
  readonly signal: AbortSignal
}

/** A place that text is written to. */
export interface OutputStream {
  readonly write: (text: string) => unknown
  readonly isTTY?: boolean
  readonly columns?: number
}
