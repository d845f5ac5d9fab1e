import type { Machine } from './host/identity/machine.ts'
import { realpath } from 'node:fs/promises'
import { type CloudAttributes, metadataTimeoutMs } from './host/identity/cloud-metadata.ts'
import { isFolderKept } from './host/container/container-storage.ts'
import { openIdentity, type Identity } from './host/identity/identity.ts'
import type { Sample } from './metric/sample.ts'
import type { HostRoots, Metric } from './metric/metric.ts'
import { ConfigurationError, describeError, StateFolderError } from './runtime/errors.ts'
import type { Emit } from './runtime/events.ts'
import type { Seams } from './runtime/seams.ts'
import { readVersion } from './runtime/version.ts'
import { Sampler } from './sampling/sampler.ts'
import type { ScrapeRound } from './sampling/scrape.ts'
import { OldestWaiting } from './spool/oldest-waiting.ts'
import { Spool } from './spool/spool.ts'
import { StateFolderLock } from './spool/state-folder-lock.ts'
import { cutSamples } from './wire/cut.ts'
import { ownMetrics } from './vitals/own-metrics.ts'
import type { Vitals } from './vitals/vitals.ts'
import type { WireResource } from './wire/encode.ts'
import { ProvenEncoder } from './wire/proven-encoder.ts'
import { recordTime } from './wire/record-time.ts'
import { seriesKey } from './wire/series-key.ts'

/** What an agent measures, where its state is, and what it says of its host. */
export interface AgentOptions {
  readonly stateFolder: string
  readonly intervalMs: number
  readonly metrics: readonly Metric[]
  readonly host: { readonly name?: string; readonly uid?: string; readonly labels: Readonly<Record<string, string>> }
  readonly spool: { readonly maxBytes: number; readonly keepFreeRatio: number }
  readonly roots: HostRoots
  /** Series of all metrics together; absent: 20 000. */
  readonly seriesLimit?: number
  readonly machine: Machine
  /** What the cloud says of its instance; asked once, beside the rounds. */
  readonly askCloud?: (signal: AbortSignal) => Promise<CloudAttributes>
  /** What the process knows of itself: part of the scrape, and told what the spool holds. */
  readonly vitals?: Vitals
  /** Called with each round once it is safe in the spool. */
  readonly onRound?: (round: ScrapeRound) => void
}

interface Who extends Identity {
  readonly isEphemeral: boolean
}

/** Rooms 1 to 4 wired: read, scrape, speak, keep. What carries the spool's records on is the owner's. */
export class Agent implements AsyncDisposable {
  readonly identity: Identity
  readonly name: string
  readonly spool: Spool
  readonly #sampler: Sampler
  #encoder: ProvenEncoder
  readonly #resource: WireResource
  readonly #askCloud: AgentOptions['askCloud']
  readonly #lock: StateFolderLock
  readonly #emit: Emit
  readonly #leftOut = new Set<string>()
  readonly #onRound: (round: ScrapeRound) => void

  private constructor(options: AgentOptions, seams: Seams, lock: StateFolderLock, who: Who, spool: Spool) {
    const { machine, host, intervalMs, metrics, roots } = options
    const startedAtMs = Math.round(seams.clock.now())
    const { isEphemeral, ...identity } = who
    this.identity = identity
    this.name = host.name ?? machine.name
    this.spool = spool
    this.#lock = lock
    this.#emit = seams.emit
    this.#onRound = options.onRound ?? (() => undefined)
    const { vitals } = options
    const all = vitals === undefined ? metrics : [...metrics, ownMetrics(vitals)]
    const oldest = new OldestWaiting(spool, recordTime)
    vitals?.watch({ spool: () => oldest.reading() })
    const { clock, emit } = seams
    const limit = options.seriesLimit === undefined ? {} : { seriesLimit: options.seriesLimit }
    this.#sampler = new Sampler({ metrics: all, intervalMs, startedAtMs, roots, clock, emit, ...limit })
    this.#askCloud = options.askCloud
    this.#resource = {
      ...identity,
      isEphemeral,
      name: this.name,
      version: readVersion(),
      labels: host.labels,
      resource: machine.resource,
      intervalMs,
      startedAtMs,
      ...(machine.bootedAtMs === undefined ? {} : { bootedAtMs: machine.bootedAtMs }),
    }
    this.#encoder = encoderOf(this.#resource)
  }

  /** Takes the state folder, finds out who this host is, and opens the spool. Throws StateFolderError. */
  static async open(options: AgentOptions, seams: Seams): Promise<Agent> {
    const { stateFolder, machine, host } = options
    const { disk, random, emit } = seams
    try {
      await disk.makeFolder(stateFolder)
    } catch (error) {
      throw new StateFolderError(`the state folder ${stateFolder} cannot be made: ${describeError(error)}`, {
        cause: error,
        nextStep: 'choose a folder that this user may write: --data, stateFolder, or STATE_DIRECTORY',
      })
    }
    const lock = StateFolderLock.acquire(stateFolder)
    try {
      const configured = host.uid === undefined ? {} : { configuredUid: host.uid }
      const identity = await openIdentity({ stateFolder, marks: machine.marks, disk, random, emit, ...configured })
      // 63 bits, so that every database's signed 64-bit column holds it.
      const run = Buffer.from(random.bytes(8)).readBigUInt64BE(0) >> 1n
      const { agentUid } = identity
      const isEphemeral = host.uid === undefined && !(await isStateKept(machine, stateFolder))
      if (isEphemeral) emit('identity.ephemeral', { folder: stateFolder })
      const spool = await Spool.open({ folder: `${stateFolder}/spool`, agentUid, run, ...options.spool, disk, emit })
      return new Agent(options, seams, lock, { ...identity, isEphemeral }, spool)
    } catch (error) {
      lock[Symbol.dispose]()
      throw error
    }
  }

  /**
   * Samples into the spool until the signal aborts, and then once more what an application's instruments hold. A round
   * that cannot be kept is lost and told; the next is tried.
   */
  async run(signal: AbortSignal): Promise<void> {
    const asked = this.#learnFromCloud(signal)
    await this.#sampler.run(signal, (round) => this.#keep(round))
    await asked
    const last = await this.#sampler.lastRound()
    if (last !== undefined) await this.#keep(last)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spool[Symbol.asyncDispose]()
    this.#lock[Symbol.dispose]()
  }

  /** Records say what the cloud says from its answer on; no round waits for it. */
  async #learnFromCloud(signal: AbortSignal): Promise<void> {
    if (this.#askCloud === undefined) return
    try {
      const told = await this.#askCloud(AbortSignal.any([signal, AbortSignal.timeout(metadataTimeoutMs)]))
      this.#encoder = encoderOf({ ...this.#resource, resource: { ...this.#resource.resource, ...told } })
    } catch (error) {
      if (!signal.aborted) this.#emit('identity.cloud-silent', { reason: describeError(error) })
    }
  }

  async #keep(round: ScrapeRound): Promise<void> {
    const values = cutSamples(round.samples).flatMap((part) => this.#encode(round.timeMs, part))
    try {
      if (values.length > 0) {
        await this.spool.append(values)
        this.#emit('spool.accepted', { records: values.length })
      }
    } catch {
      // The spool has said why (spool.failed); sampling goes on.
      return
    }
    this.#onRound(round)
  }

  /** A part as a record. What of it cannot be said is left out and told once, and never costs the others. */
  #encode(timeMs: number, part: readonly Sample[]): readonly Uint8Array[] {
    try {
      return [this.#encoder.encode(timeMs, part)]
    } catch {
      // Which sample it was, each alone tells.
      const keys = new Set<string>()
      return this.#halve(
        timeMs,
        part.filter((sample) => this.#canEncode(timeMs, sample) && this.#isFirst(sample, keys)),
      )
    }
  }

  /** Samples of which each can be said: in one record, or in several where they are too much for one. */
  #halve(timeMs: number, part: readonly Sample[]): readonly Uint8Array[] {
    if (part.length === 0) return []
    try {
      return [this.#encoder.encode(timeMs, part)]
    } catch (error) {
      const [first, ...others] = part
      if (others.length === 0) {
        if (first !== undefined) this.#leaveOut(first, describeError(error))
        return []
      }
      const middle = part.length >> 1
      return [part.slice(0, middle), part.slice(middle)].flatMap((half) => this.#halve(timeMs, half))
    }
  }

  #canEncode(timeMs: number, sample: Sample): boolean {
    try {
      this.#encoder.encode(timeMs, [sample])
      return true
    } catch (error) {
      this.#leaveOut(sample, describeError(error))
      return false
    }
  }

  #isFirst(sample: Sample, keys: Set<string>): boolean {
    const key = seriesKey(sample.series)
    if (keys.has(key)) this.#leaveOut(sample, 'two values with equal attributes at one time: the first is kept')
    const isFirst = !keys.has(key)
    keys.add(key)
    return isFirst
  }

  #leaveOut({ series: { name } }: Sample, reason: string): void {
    if (!this.#leftOut.has(name)) this.#emit('metric.failed', { metric: name, reason })
    this.#leftOut.add(name)
  }
}

/** Whether the next container has this folder too; what runs in none keeps its folders. */
async function isStateKept({ container }: Machine, folder: string): Promise<boolean> {
  if (container === undefined) return true
  return isFolderKept(container.mountinfo, await realpath(folder), container.kind === 'system')
}

/** Throws ConfigurationError where what the configuration says of the host would make every record unreadable. */
function encoderOf(resource: WireResource): ProvenEncoder {
  try {
    return new ProvenEncoder(resource)
  } catch (error) {
    throw new ConfigurationError(`no record can say this of its host: ${describeError(error)}`, {
      cause: error,
      nextStep:
        'give fewer or shorter host.labels, or a shorter host.name, in producer.config.ts, or less in OTEL_RESOURCE_ATTRIBUTES',
    })
  }
}
