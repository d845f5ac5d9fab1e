import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { flagsOf } from '../src/cli/small-heap.ts'
import type { KafkaConnection } from '../src/kafka/client-options.ts'
import type { StoreLocation } from '../src/store/store-location.ts'
import { usualRetention } from '../src/store/retention/keep-until.ts'
import type { ConsumerNews, ConsumerRequest, Moment, StoredMoment } from './measured-consumer.ts'

/** Where a consumer reads and stores. */
export interface ConsumerTask {
  readonly kafka: KafkaConnection
  readonly store: StoreLocation
  /** A group of its own where absent. */
  readonly group?: string
  /** Whether it keeps how late each row was. */
  readonly keepsLatencies?: boolean
}

const patienceMs = 1_800_000

/** A consumer as `consume` runs it, in a process of its own, and what it has told so far. Disposal kills it. */
export class ConsumerProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<void>
  readonly #stored: StoredMoment[] = []
  #assigned: (Moment & { readonly partitions: number }) | undefined
  #latencies: readonly number[] | undefined
  #end: Extract<ConsumerNews, { kind: 'ended' }> | undefined
  #isClosed = false
  #news = Promise.withResolvers<void>()

  /** Starts one; its events come as they happen. */
  constructor({ kafka, store, group = `bench-${randomUUID()}`, keepsLatencies = false }: ConsumerTask) {
    const options = {
      kafka,
      group,
      store,
      migrate: 'auto',
      retention: usualRetention,
      acceptForeign: true,
      maxBufferedBytes: 64 * 1024 * 1024,
      keepsLatencies,
    }
    // As `consume` starts itself.
    const execArgv = [...flagsOf('consume')]
    this.#child = fork(join(import.meta.dirname, 'measured-consumer.ts'), [JSON.stringify(options)], { execArgv })
    this.#child.on('message', (news: ConsumerNews) => this.#hear(news))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#closed = promise
    this.#child.once('close', () => {
      this.#isClosed = true
      resolve()
      this.#tell()
    })
  }

  /** Its process; 0 where there is none. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** All commits so far. */
  get commits(): readonly StoredMoment[] {
    return this.#stored
  }

  /** The newest assignment that gave it so many partitions, once there is one. Throws when it ends before. */
  async assigned(partitions = 1): Promise<Moment> {
    return this.#until(`an assignment of ${partitions} partitions`, () =>
      this.#assigned !== undefined && this.#assigned.partitions >= partitions ? this.#assigned : undefined,
    )
  }

  /** The first commit by which so many records were stored since the start. Throws when it ends before. */
  async stored(records: number): Promise<StoredMoment> {
    return this.#until(`${records} stored records`, () => {
      const last = this.#stored.at(-1)
      return last !== undefined && last.records >= records
        ? this.#stored.find((at) => at.records >= records)
        : undefined
    })
  }

  /** Resolves at what it tells next. Throws where it has ended. */
  async next(): Promise<void> {
    if (this.#isClosed) throw new Error(`the consumer has ended with ${String(this.#child.exitCode)}`)
    await this.#news.promise
  }

  /** How late each row was that was committed since this was last asked, sorted, in milliseconds. */
  async takeLatencies(): Promise<readonly number[]> {
    this.#latencies = undefined
    this.#ask('takeLatencies')
    return this.#until('latencies', () => this.#latencies)
  }

  /**
   * Ends it calmly. Throws where it set records aside: such a run has measured something else. Some may have come twice, where a
   * busy broker's answer was late and they were sent again; they are not among those that were stored.
   */
  async stop(): Promise<void> {
    this.#ask('stop')
    const { deadLetters } = await this.#until('its end', () => this.#end)
    await this.#closed
    if (deadLetters > 0) throw new Error(`${deadLetters} records were set aside`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) this.#child.kill('SIGKILL')
    await this.#closed
  }

  #ask(request: ConsumerRequest): void {
    this.#child.send(request)
  }

  #hear(news: ConsumerNews): void {
    if (news.kind === 'assigned') this.#assigned = news
    else if (news.kind === 'stored') this.#stored.push(news)
    else if (news.kind === 'latencies') this.#latencies = news.ms
    else this.#end = news
    this.#tell()
  }

  #tell(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }

  async #until<T>(awaited: string, look: () => T | undefined): Promise<T> {
    const timeout = AbortSignal.timeout(patienceMs)
    const expired = Promise.withResolvers<void>()
    timeout.addEventListener('abort', () => expired.resolve(), { once: true })
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (this.#isClosed) throw new Error(`the consumer ended with ${String(this.#child.exitCode)} before ${awaited}`)
      if (timeout.aborted) throw new Error(`${patienceMs} ms are over without ${awaited}`)
      await Promise.race([this.next(), expired.promise])
    }
  }
}
