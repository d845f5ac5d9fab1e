import { Readable } from 'node:stream'
import type { CommandIo } from '../../src/cli/io.ts'

/** A command's process in memory: what it wrote, and what is typed into it. */
export interface MemoryIo extends CommandIo {
  readonly written: { stdout: string; stderr: string }
}

/** A process without a terminal; or, with `typed`, one where a person types those lines. */
export function memoryIo(options: {
  readonly cwd: string
  readonly env?: CommandIo['env']
  readonly typed?: readonly string[]
}): MemoryIo {
  const written = { stdout: '', stderr: '' }
  const typed = Readable.from((options.typed ?? []).map((line) => `${line}\n`))
  return {
    written,
    stdout: { write: (text) => (written.stdout += text) },
    writeBytes: (bytes) => (written.stdout += Buffer.from(bytes).toString('latin1')),
    stderr: { write: (text) => (written.stderr += text) },
    stdin: Object.assign(typed, { isTTY: options.typed !== undefined }),
    env: options.env ?? {},
    cwd: options.cwd,
    signal: new AbortController().signal,
  }
}
