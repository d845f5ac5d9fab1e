import type { CommandIo } from './io.ts'

/** Why a role was asked to stop by the system, not by a person: it then ends with 0. */
export class Terminated extends Error {
  override readonly name = 'Terminated'
}

/** Ctrl-C: the role stops calmly and ends with 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * The process's own streams and signals. The first Ctrl-C or SIGTERM asks the command to stop calmly; a second Ctrl-C ends
 * the process at once with 130 (what was accepted is on disk by then).
 */
export function processIo(process: NodeJS.Process): CommandIo {
  const stop = new AbortController()
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Interrupted('interrupted by Ctrl-C'))
  })
  process.on('SIGTERM', () => stop.abort(new Terminated('asked to stop by SIGTERM')))
  // A reader that went away (`hostvitals query … | head -1`) is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    stdout: process.stdout,
    writeBytes: (bytes) => process.stdout.write(bytes),
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
  }
}
