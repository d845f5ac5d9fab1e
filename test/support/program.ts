import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What became of a program that has ended. */
export interface Ending {
  readonly stdout: string
  readonly stderr: string
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Where and how the program runs. */
export interface ProgramOptions {
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Written to its stdin, which is then closed. */
  readonly input?: string
  /** The command that starts it, such as one that makes a container; by default it is started as it is. */
  readonly within?: readonly string[]
}

const repository = join(import.meta.dirname, '../..')

/** Starts `hostvitals …` as a person would from a clone: `node src/cli/main.ts …`. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Program {
  const [command, ...words] = [
    ...(options.within ?? []),
    process.execPath,
    join(repository, 'src/cli/main.ts'),
    ...args,
  ]
  const child = spawn(command ?? process.execPath, words, {
    cwd: options.cwd ?? repository,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  })
  child.stdin.end(options.input ?? '')
  return new Program(`hostvitals ${args.join(' ')}`, child)
}

/** A running program, with all it has said so far. Disposal kills it when it still runs. */
export class Program implements AsyncDisposable {
  readonly #name: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<unknown>
  #isClosed = false
  #stdout = ''
  #stderr = ''

  constructor(name: string, child: ChildProcessWithoutNullStreams) {
    this.#name = name
    this.#child = child
    this.#closed = once(child, 'close')
    child.once('close', () => {
      this.#isClosed = true
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /**
   * The first complete line, of either stream, that matches (or the `nth`); past lines count. Throws with all that was
   * said when the program ends without it or when `timeoutMs` is over.
   */
  async line(pattern: RegExp, timeoutMs = 60_000, nth = 1): Promise<string> {
    const timeout = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const found = this.#completeLines().filter((line) => pattern.test(line))[nth - 1]
      if (found !== undefined) return found
      if (timeout.aborted || this.#isClosed) {
        throw new Error(
          `no line of \`${this.#name}\` matches ${String(pattern)}; it said:\n${this.#stdout}${this.#stderr}`,
        )
      }
      await this.#nextNews(timeout)
    }
  }

  /** Sends a signal, and does not wait for what comes of it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Asks it to stop (Ctrl-C unless told otherwise) and waits for its end. `SIGKILL` gives it no chance. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ending> {
    this.#child.kill(signal)
    return await this.ending()
  }

  /** Waits until it ends by itself. Throws when `timeoutMs` is over. */
  async ending(timeoutMs = 60_000): Promise<Ending> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const expired = once(timeout, 'abort').then(() => {
      throw new Error(`\`${this.#name}\` has not ended; it said:\n${this.#stdout}${this.#stderr}`)
    })
    await Promise.race([this.#closed, expired])
    return { stdout: this.#stdout, stderr: this.#stderr, code: this.#child.exitCode, signal: this.#child.signalCode }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) this.#child.kill('SIGKILL')
    await this.#closed
  }

  #completeLines(): readonly string[] {
    return [this.#stdout, this.#stderr].flatMap((text) => text.split('\n').slice(0, -1))
  }

  /** Resolves at the next output, at the end, or at the timeout. */
  async #nextNews(timeout: AbortSignal): Promise<void> {
    const heard = new AbortController()
    const options = { signal: heard.signal }
    try {
      await Promise.race([
        once(this.#child.stdout, 'data', options),
        once(this.#child.stderr, 'data', options),
        this.#closed,
        once(timeout, 'abort', options),
      ])
    } finally {
      heard.abort()
    }
  }
}
