import { FailureReport } from '../../src/kafka/failure-report.ts'
import { Subscriber } from '../../src/kafka/subscriber.ts'
import type { ArrivedBatch } from '../../src/metric/record.ts'
import { describeError } from '../../src/runtime/errors.ts'
import type { FetchedBatch } from '../../src/runtime/network.ts'
import { runDailyUpkeep } from '../../src/store/daily-upkeep.ts'
import { Ingest, type ReadyBatch } from '../../src/store/ingest/ingest.ts'
import { RecordDecoder } from '../../src/wire/decode.ts'
import { Platter } from './platter.ts'
import { SimProcess } from './process.ts'
import { SimReader } from './reader.ts'
import { rawRetentionMs, type Universe } from './universe.ts'

interface Running {
  readonly process: SimProcess
  readonly stop: AbortController
  readonly reader: SimReader
  readonly endOfClient: () => void
}

/** A machine with a consumer: it keeps nothing, all that it knows is in the database. */
export class ConsumerMachine {
  readonly name: string
  readonly #universe: Universe
  #running: Running | undefined
  #starts = 0
  skewMs = 0

  constructor(universe: Universe, name: string) {
    this.#universe = universe
    this.name = name
  }

  get isRunning(): boolean {
    return this.#running?.process.isAlive === true
  }

  /** As `Consumer` wires it. */
  start(): void {
    if (this.isRunning) return
    const { broker, chronicle, database, group, shape, tally, time } = this.#universe
    const process = new SimProcess(time, () => this.skewMs)
    const stop = new AbortController()
    const random = this.#universe.random.stream(`${this.name} ${this.#starts++}`)
    const emit = this.#universe.emitOf(this.name)
    const seams = { clock: process.clock, disk: new Platter().seenBy(process, random), random, emit }
    const { store, end } = database.client(process)
    const ingest = new Ingest({ ...seams, store, decoder: new RecordDecoder(), acceptForeign: true })
    const report = new FailureReport(emit, { brokers: 'simulated', topic: 'simulated' })
    const reader = new SimReader({
      broker,
      group,
      process,
      random: random.stream('reader'),
      positions: async (at) => {
        await subscriber.idle()
        return ingest.startOf(at, stop.signal)
      },
      assigned: () => report.works(),
      timeoutMs: () => this.#universe.timeoutMs,
      mostRecords: shape.mostRecords,
    })
    const subscriber: Subscriber<ReadyBatch> = new Subscriber({
      reader,
      report,
      seams,
      prepare: async () => undefined,
      understand: async (batch) => ingest.understand(toArrived(batch)),
      store: async (batch) => {
        const result = await ingest.store(batch, stop.signal)
        if (result.outcome === 'stored') {
          tally.samples += result.samples
          tally.duplicates += result.duplicates
        }
        return result
      },
    })
    this.#running = { process, stop, reader, endOfClient: end }
    subscriber.run(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) chronicle.ended.push(`${this.name}: ${describeError(error)}`)
    })
    void runDailyUpkeep({ ...seams, store, migrate: 'auto', rawRetentionMs }, stop.signal)
  }

  /** Its server rolls back what it had under way, and the group notices after a while. */
  kill(): void {
    const running = this.#running
    if (running === undefined) return
    running.process.kill()
    running.endOfClient()
    if (running.reader.member !== undefined) this.#universe.group.silent(running.reader.member, () => false)
    this.#running = undefined
    this.#universe.tally.consumerCrashes++
  }

  /** Ends in order, as with SIGTERM. */
  leave(): void {
    this.#running?.stop.abort(new Error('the consumer stops'))
    this.#running = undefined
  }

  /** As `SimProcess.atStep`; at once where nothing runs. */
  atStep(steps: number, isAfter: boolean, run: () => void): void {
    if (this.#running === undefined) run()
    else this.#running.process.atStep(steps, isAfter, run)
  }

  /** As with SIGSTOP; longer than its session it is taken for dead. */
  stop(ms: number): void {
    const running = this.#running
    if (running === undefined) return
    running.process.stop()
    let isBack = false
    if (running.reader.member !== undefined) this.#universe.group.silent(running.reader.member, () => isBack)
    this.#universe.time.after(ms, () => {
      isBack = true
      running.process.wake()
    })
  }
}

function toArrived({ records, fromOffset, nextOffset, ...place }: FetchedBatch): ArrivedBatch {
  return {
    position: { ...place, fromOffset, nextOffset },
    records: records.map(({ offset, ...record }) => Object.assign({ origin: { ...place, offset } }, record)),
  }
}
