import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** How a process is started. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
}

/** A line of a process's log. */
export interface LoggedEvent {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

/** How a process came to its end. */
export interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What a supervised process is. */
export interface SupervisedOptions {
  readonly name: string
  readonly command: Command
  readonly onEvent: (event: LoggedEvent) => void
  /** An end that nobody here brought about, with what was said last. */
  readonly onUnasked: (end: End, said: string) => void
}

const keptCharacters = 4000
const restartMs = 250

/** A process that is started again whenever it ends, as an init system would, unless it is held or stopped. */
export class Supervised implements AsyncDisposable {
  readonly name: string
  readonly #options: SupervisedOptions
  #child: ChildProcess | undefined
  #ended: Promise<End> = Promise.resolve({ code: 0, signal: null })
  #isHeld = false
  #isStopped = false
  /** Ends that somebody here asks for. */
  #isAsked = false
  #said = ''
  #starts = 0

  constructor(options: SupervisedOptions) {
    this.#options = options
    this.name = options.name
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts
  }

  /** Its process id, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    const { command, onEvent } = this.#options
    const child = spawn(command.program, command.args, {
      cwd: command.cwd,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#starts++
    this.#isAsked = false
    this.#said = ''
    const listen = (line: string): void => {
      this.#said = `${this.#said}${line}\n`.slice(-keptCharacters)
      const event = eventOf(line)
      if (event !== undefined) onEvent(event)
    }
    createInterface({ input: child.stdout }).on('line', listen)
    createInterface({ input: child.stderr }).on('line', listen)
    this.#ended = once(child, 'close').then(() => this.#onEnd(child))
  }

  /** `kill -9`; resolves when it is gone, and it is started again. False where it was not running. */
  async kill(): Promise<boolean> {
    if (this.#child === undefined) return false
    this.#isAsked = true
    this.#child.kill('SIGKILL')
    const { signal } = await this.#ended
    return signal === 'SIGKILL'
  }

  /** SIGSTOP: it stands still, its connections open. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  /** SIGCONT. */
  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** It is expected to end by itself and not started again before `release`; resolves with how it ended. */
  async held(): Promise<End> {
    if (this.#child === undefined) this.start()
    this.#isHeld = true
    this.#isAsked = true
    return this.#ended
  }

  /** Starts it again after `held`. */
  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.start()
  }

  /** SIGTERM, and no further start; resolves with how it ended. */
  async stop(): Promise<End> {
    this.#isStopped = true
    this.#isAsked = true
    this.#child?.kill('SIGTERM')
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true
    await this.kill()
  }

  /** What it said last. */
  get said(): string {
    return this.#said
  }

  async #onEnd({ exitCode: code, signalCode: signal }: ChildProcess): Promise<End> {
    this.#child = undefined
    const end = { code, signal }
    if (!this.#isAsked) this.#options.onUnasked(end, this.#said)
    if (!this.#isHeld && !this.#isStopped) setTimeout(() => this.#restart(), restartMs)
    return end
  }

  #restart(): void {
    if (!this.#isHeld && !this.#isStopped && this.#child === undefined) this.start()
  }
}

function eventOf(line: string): LoggedEvent | undefined {
  if (!line.startsWith('{')) return undefined
  // A line of the program's own log.
  const { event, ...data } = JSON.parse(line) as Record<string, unknown>
  return typeof event === 'string' ? { event, data } : undefined
}
