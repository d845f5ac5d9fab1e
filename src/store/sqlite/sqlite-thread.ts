import { Worker } from 'node:worker_threads'
import type { HostvitalsError } from '../../runtime/errors.ts'
import { toStoreError } from './sqlite-error.ts'
import type { SqliteAnswer, SqliteFileOptions, SqliteReply, SqliteRequest } from './sqlite-message.ts'

interface Waiting {
  readonly resolve: (answer: SqliteAnswer) => void
  readonly reject: (error: HostvitalsError) => void
}

/** One connection to a database file, in a thread. It keeps the process alive only while an answer is awaited. */
export class SqliteThread implements AsyncDisposable {
  readonly #file: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #ended = false

  private constructor(options: SqliteFileOptions) {
    this.#file = options.file
    const own = import.meta.url
    this.#worker = new Worker(new URL(`./sqlite-worker.${own.endsWith('.ts') ? 'ts' : 'js'}`, own), {
      workerData: options,
      // The program's own flags, such as --input-type, are not the thread's.
      execArgv: [],
    })
    this.#worker.on('message', (reply: SqliteReply) => this.#settle(reply))
    this.#worker.on('error', (error: Error) => this.#end(error.message))
    this.#worker.on('exit', () => this.#end('its thread has ended'))
  }

  /** Opens the file. Throws what `toStoreError` makes of a file that is not a database, is read-only or cannot be reached. */
  static async open(options: SqliteFileOptions): Promise<SqliteThread> {
    const thread = new SqliteThread(options)
    await thread.#answerTo(0)
    return thread
  }

  /** Requests are worked on one by one, in the order in which they came. */
  async ask(request: SqliteRequest): Promise<SqliteAnswer> {
    if (this.#ended) throw toStoreError({ code: 0, message: 'its thread has ended' }, this.#file)
    const id = ++this.#lastId
    const answer = this.#answerTo(id)
    this.#worker.postMessage({ id, request }, [])
    return answer
  }

  /** Waits for what was asked, then closes the file, which brings its write-ahead log home. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) await this.ask({ kind: 'close' })
    await this.#worker.terminate()
  }

  async #answerTo(id: number): Promise<SqliteAnswer> {
    this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
    })
  }

  #settle(reply: SqliteReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('answer' in reply) waiting?.resolve(reply.answer)
    else waiting?.reject(toStoreError(reply.failure, this.#file))
  }

  #end(message: string): void {
    this.#ended = true
    for (const { reject } of this.#waiting.values()) reject(toStoreError({ code: 0, message }, this.#file))
    this.#waiting.clear()
  }
}
