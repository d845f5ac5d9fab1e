import { openIdentity } from '../../src/host/identity/identity.ts'
import type { MachineMarks } from '../../src/host/identity/marks.ts'
import { FailureReport } from '../../src/kafka/failure-report.ts'
import { Publisher } from '../../src/kafka/publisher.ts'
import { describeError } from '../../src/runtime/errors.ts'
import { Spool, type SpoolBatch } from '../../src/spool/spool.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'
import { decodeSegmentHeader } from '../../src/spool/segment-header.ts'
import { runKey } from '../oracle/findings.ts'
import { Platter, type Tear } from './platter.ts'
import { SimProcess } from './process.ts'
import { Scrapes } from './scrapes.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Universe } from './universe.ts'
import { simWriter } from './writer.ts'

const stateFolder = '/state'
const spoolFolder = '/state/spool'

/** What a new machine is. */
export interface MachineOptions {
  readonly universe: Universe
  readonly name: string
  /** Machines whose disks are copies of one another have one lineage. */
  readonly lineage: number
  readonly platter: Platter
  readonly marks: MachineMarks
}

interface Running {
  readonly process: SimProcess
  readonly stop: AbortController
  spool: Spool | undefined
  append: ((isFresh: boolean) => Promise<void>) | undefined
}

/** A machine with an agent: its disk and clock stay, its processes come and go. */
export class AgentMachine {
  readonly name: string
  readonly lineage: number
  readonly platter: Platter
  readonly #universe: Universe
  readonly #random: SeededRandom
  readonly #marks: MachineMarks
  #running: Running | undefined
  #starts = 0
  #roundsLeft: number
  #pendingAppends = 0
  skewMs = 0
  /** The next scrapes are bytes that nobody can decode. */
  poison = 0
  /** The run that the next start goes on with, as a machine does that was put to sleep and woke up twice. */
  #givenRun: bigint | undefined
  #lastRun = 0n

  constructor({ universe, name, lineage, platter, marks }: MachineOptions) {
    this.#universe = universe
    this.name = name
    this.lineage = lineage
    this.platter = platter
    this.#marks = marks
    this.#random = universe.random.stream(name)
    this.#roundsLeft = universe.shape.rounds
  }

  get isRunning(): boolean {
    return this.#running?.process.isAlive === true
  }

  /** True when nothing waits: neither in the spool nor on the way into it. */
  get isDrained(): boolean {
    const spool = this.#running?.spool
    return this.isRunning && spool !== undefined && spool.depth.records === 0 && this.#pendingAppends === 0
  }

  start(): void {
    if (this.isRunning) return
    const process = new SimProcess(this.#universe.time, () => this.skewMs)
    const running: Running = { process, stop: new AbortController(), spool: undefined, append: undefined }
    this.#running = running
    this.#pendingAppends = 0
    this.#starts++
    this.#run(running).catch((error: unknown) => {
      if (!process.isAlive) return
      // As a service manager does: what cannot start now is started again.
      this.#universe.trace(this.name, 'ended', describeError(error))
      process.kill()
      this.#universe.time.after(5000, () => this.start())
    })
  }

  kill(): void {
    this.#running?.process.kill()
    this.#running = undefined
    this.#universe.tally.agentCrashes++
  }

  powerCut(tear: Tear): void {
    this.kill()
    this.platter.powerCut(this.#random, tear)
  }

  /** As `SimProcess.atStep`; at once where nothing runs. */
  atStep(steps: number, isAfter: boolean, run: () => void): void {
    if (this.#running === undefined) run()
    else this.#running.process.atStep(steps, isAfter, run)
  }

  /** Another machine that goes on from the same memory: the same run on a copy of the disk. Both start anew with it. */
  fork(name: string): { readonly twin: AgentMachine; readonly run: bigint } {
    this.kill()
    const run = this.#newRun()
    const options = { universe: this.#universe, name, lineage: this.lineage, marks: this.#marks }
    const twin = new AgentMachine({ ...options, platter: this.platter.copy(this.#random) })
    this.#givenRun = run
    twin.#givenRun = run
    return { twin, run }
  }

  /** The runs, as `runKey` says them, whose segments are in the spool: the next start tells where they ended. */
  get runsInSpool(): readonly string[] {
    const names = this.platter.list(spoolFolder).filter((name) => name.startsWith('segment-'))
    return names.flatMap((name) => {
      const header = decodeSegmentHeader(this.platter.read(`${spoolFolder}/${name}`))
      return header === undefined ? [] : [runKey(header)]
    })
  }

  /** One more scrape, which has to arrive. */
  async fresh(): Promise<void> {
    await this.#running?.append?.(true)
  }

  async #run(running: Running): Promise<void> {
    const { name } = this
    const universe = this.#universe
    const { process } = running
    const random = this.#random.stream(`process ${this.#starts}`)
    const disk = this.platter.seenBy(process, random)
    const emit = universe.emitOf(name)
    const seams = { clock: process.clock, disk, random, emit }
    const { agentUid } = await openIdentity({ stateFolder, marks: this.#marks, disk, random, emit })
    universe.chronicle.lineages.set(agentUid, this.lineage)
    const run = this.#givenRun ?? this.#newRun()
    this.#givenRun = undefined
    this.#lastRun = run
    const spool = await Spool.open({
      folder: spoolFolder,
      agentUid,
      run,
      keepFreeRatio: 0.05,
      ...universe.shape.spool,
      disk,
      emit: (event, data) => {
        if (isUnsettled(data)) universe.chronicle.unsettledLineages.add(this.lineage)
        if ('isScrapeLost' in data) universe.chronicle.failedRuns.add(runKey({ agentUid, run }))
        emit(event, data)
      },
    })
    running.spool = spool
    const { broker, tally, time } = universe
    const writer = simWriter({ broker, process, random, time, tally, timeoutMs: () => universe.timeoutMs })
    const report = new FailureReport(emit, { brokers: 'simulated', topic: 'simulated' })
    const publisher = new Publisher<SpoolBatch>({ source: spool, writer, encode: encodeMessage, report, seams })
    publisher.run(running.stop.signal).catch((error: unknown) => {
      universe.chronicle.ended.push(`${name}'s publisher: ${describeError(error)}`)
    })
    const scrapes = new Scrapes({ agentUid, name, startedAtMs: process.clock.now(), random: random.stream('scrapes') })
    running.append = (isFresh) => this.#append(spool, scrapes, { agentUid, run, process, isFresh })
    await this.#sample(process, random, running.append)
  }

  async #sample(process: SimProcess, random: SeededRandom, append: (isFresh: boolean) => Promise<void>): Promise<void> {
    const { intervalMs } = this.#universe.shape
    while (this.#universe.isSampling && this.#roundsLeft > 0) {
      // Often at the beat of the interval, where two machines of one run measure at one moment.
      const beatMs = intervalMs - (process.clock.monotonic() % intervalMs)
      await process.clock.sleep(random.chance(0.6) ? beatMs : intervalMs * (0.5 + random.unit()))
      if (!this.#universe.isSampling) return
      this.#roundsLeft--
      await append(false)
    }
  }

  async #append(
    spool: Spool,
    scrapes: Scrapes,
    of: { readonly agentUid: string; readonly run: bigint; readonly process: SimProcess; readonly isFresh: boolean },
  ): Promise<void> {
    const { chronicle, tally } = this.#universe
    const { process, ...identity } = of
    const isPoison = !of.isFresh && this.poison > 0
    if (isPoison) this.poison--
    const made = isPoison ? [scrapes.poison()] : scrapes.make(process.clock.now(), of.isFresh)
    const intentions = made.map((value) => chronicle.intend({ ...identity, value }))
    this.#pendingAppends++
    try {
      const seqs = await spool.append(made)
      for (const [at, seq] of seqs.entries()) {
        const intention = intentions[at]
        if (intention !== undefined) intention.seq = seq
        tally.records++
      }
      this.#universe.trace(this.name, 'accepted', seqs)
    } catch (error) {
      this.#universe.trace(this.name, 'not accepted', describeError(error))
    } finally {
      this.#pendingAppends--
    }
  }

  #newRun(): bigint {
    const run = Buffer.from(this.#random.bytes(8)).readBigUInt64BE(0) >> 1n
    return run === this.#lastRun ? run ^ 1n : run
  }
}

/** What a start says that could neither cut nor sync the end of the newest segment. */
function isUnsettled(data: object): boolean {
  return 'reason' in data && typeof data.reason === 'string' && data.reason.includes('could not be cut and synced')
}
