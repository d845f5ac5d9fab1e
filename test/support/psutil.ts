import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { Reading } from './bracketed-comparison.ts'

// Debian's own: another Python in the path has not its modules.
const python = '/usr/bin/python3'

/** Why psutil cannot be asked here, with what would help; undefined where it can. */
export function psutilProblem(): string | undefined {
  const { status } = spawnSync(python, ['-c', 'import psutil'])
  return status === 0 ? undefined : `${python} has no psutil. Enable it with \`apt-get install python3-psutil\``
}

/** A Python that is asked again and again. */
export class Psutil implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams = spawn(python, [join(import.meta.dirname, 'psutil-readings.py')])
  readonly #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  readonly #closed = once(this.#child, 'close')

  /** What it says now. Rejects with what it said where it ended. */
  readonly read = async (): Promise<Reading> => {
    this.#child.stdin.write('\n')
    const line = await this.#lines.next()
    if (line.done === true) throw new Error(`python3 ended: ${String(this.#child.stderr.read())}`)
    // Written by `psutil-readings.py` in this folder.
    return new Map(Object.entries(JSON.parse(line.value) as Readonly<Record<string, number>>))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end()
    await this.#closed
  }
}
