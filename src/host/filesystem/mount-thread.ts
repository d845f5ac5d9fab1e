import { Worker } from 'node:worker_threads'
import type { MountQuestion, MountSpace } from './mount-space.ts'

/** Asks one mount after the other, out of the way of everything else. */
export interface MountThread {
  /** One at a time. Rejects where the thread has died. */
  readonly ask: (question: MountQuestion) => Promise<MountSpace | undefined>
  /** Ends it; one that is asking ends after the answer. */
  readonly end: () => void
}

/**
 * Starts a thread. It does not keep the process alive; only one that stands still in the kernel would, since Node waits for its
 * threads, so a process that ends while there is one takes another way: see `endInSpite`.
 */
export function startMountThread(): MountThread {
  return new WorkerThread()
}

class WorkerThread implements MountThread {
  readonly #worker: Worker
  #asked: PromiseWithResolvers<MountSpace | undefined> | undefined
  #isOver = false

  constructor() {
    const own = import.meta.url
    this.#worker = new Worker(new URL(`./mount-worker.${own.endsWith('.ts') ? 'ts' : 'js'}`, own), {
      // The program's own flags, such as --input-type, are not the thread's.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 },
    })
    this.#worker.unref()
    this.#worker.on('message', (space: MountSpace | undefined) => this.#settled()?.resolve(space))
    this.#worker.on('error', (error: Error) => this.#died(error))
    this.#worker.on('exit', () => this.#died(new Error('the thread that asks mounts has ended')))
  }

  ask(question: MountQuestion): Promise<MountSpace | undefined> {
    if (this.#isOver) return Promise.reject(new Error('the thread that asks mounts has ended'))
    this.#asked = Promise.withResolvers()
    process.on('exit', endInSpite)
    this.#worker.postMessage(question, [])
    return this.#asked.promise
  }

  end(): void {
    this.#isOver = true
    if (this.#asked === undefined) void this.#worker.terminate()
  }

  #died(error: Error): void {
    this.#isOver = true
    this.#settled()?.reject(error)
  }

  /** Who waits for the answer, which is here. */
  #settled(): PromiseWithResolvers<MountSpace | undefined> | undefined {
    if (this.#asked !== undefined) process.off('exit', endInSpite)
    const asked = this.#asked
    this.#asked = undefined
    if (this.#isOver) void this.#worker.terminate()
    return asked
  }
}

/**
 * Node waits for its threads when it ends, and would for as long as the server of a mount is away. Another program in this
 * process's place ends such threads, unless not even SIGKILL would, and its exit code is ours.
 */
function endInSpite(exitCode: number): void {
  try {
    process.execve?.('/bin/sh', ['sh', '-c', `exit ${exitCode}`], {})
  } catch {
    // No shell: then the code is lost, and the process at least ends.
  }
  process.kill(process.pid, 'SIGKILL')
}
