import { createHash } from 'node:crypto'
import type { Machine } from './host/identity/machine.ts'
import type { ArrivedRecord } from './metric/record.ts'
import { describeError } from './runtime/errors.ts'
import type { Emit } from './runtime/events.ts'
import type { Seams } from './runtime/seams.ts'
import { uuidText } from './runtime/uuid.ts'
import { readVersion } from './runtime/version.ts'
import { Ingest } from './store/ingest/ingest.ts'
import type { MetricStore } from './store/store.ts'
import type { Vitals } from './vitals/vitals.ts'
import { RecordDecoder } from './wire/decode.ts'
import { RecordEncoder } from './wire/encode.ts'
import { encodeMessage } from './wire/topic-message.ts'

/** A consumer that keeps what it knows of itself beside what it stores. */
export interface ConsumerVitals {
  readonly vitals: Vitals
  readonly group: string
  readonly clientId: string
  readonly machine: Machine
  /** Told whether the database takes them, which is worth knowing also when nothing comes. */
  readonly notice: Emit
}

/** How often they are stored. */
const everyMs = 10_000
/** What they are called where they fail. */
const metric = 'hostvitals.ingest'

/**
 * The identity of a consumer as a host: the same at each start, another for each group, client id and machine, and never an
 * agent's, which is random.
 */
export function consumerUid({
  group,
  clientId,
  machine,
}: Pick<ConsumerVitals, 'group' | 'clientId' | 'machine'>): string {
  const of = machine.marks['machine-id'] ?? machine.name
  const hash = createHash('sha256').update(JSON.stringify(['hostvitals consumer', of, group, clientId]))
  return uuidText(hash.digest().subarray(0, 16))
}

/**
 * Stores the vitals every ten seconds as a record that comes from nowhere, until the signal aborts; never rejects. Its seq
 * counts up only when the former record is known to be stored, and until then that one is tried again: no gap can open.
 */
export async function storeConsumerVitals(
  options: ConsumerVitals,
  store: MetricStore,
  seams: Seams,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = seams
  const own = new OwnRecords(options, seams)
  const ingest = new Ingest({
    ...seams,
    store,
    decoder: new RecordDecoder(),
    acceptForeign: false,
    emit: unsaid(options, seams.emit),
  })
  let isFailing = false
  while (!signal.aborted) {
    try {
      await clock.sleep(everyMs, signal)
      const record = await own.next()
      await unlessAborted(ingest.ingest({ records: [record] }, signal), signal)
      own.stored()
      if (isFailing) seams.emit('metric.recovered', { metric })
      isFailing = false
    } catch (error) {
      if (signal.aborted) return
      // Told as of any metric, since no record of a host may come that meets it too; what is stored of hosts goes on.
      if (!isFailing) seams.emit('metric.failed', { metric, reason: describeError(error) })
      isFailing = true
    }
  }
}

/** What the work gives, or the signal's reason at once: a database that hangs must not hold the consumer's end up. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** The counts are those of the hosts' records, and a database that is away is told by them; all else is told as ever. */
function unsaid({ notice }: ConsumerVitals, emit: Emit): Emit {
  return (name, data) => {
    if (name === 'ingest.stored' || name === 'store.failing' || name === 'store.recovered') notice(name, data)
    else emit(name, data)
  }
}

class OwnRecords {
  readonly #options: ConsumerVitals
  readonly #seams: Seams
  readonly #agentUid: string
  readonly #run: bigint
  readonly #encoder: RecordEncoder
  #seq = 1
  #waiting: ArrivedRecord | undefined

  constructor(options: ConsumerVitals, seams: Seams) {
    const { machine, vitals } = options
    this.#options = options
    this.#seams = seams
    this.#agentUid = consumerUid(options)
    this.#run = Buffer.from(seams.random.bytes(8)).readBigUInt64BE(0) >> 1n
    const { 'host.id': _machine, ...resource } = machine.resource
    this.#encoder = new RecordEncoder({
      agentUid: this.#agentUid,
      name: `${machine.name} (consumer)`,
      version: readVersion(),
      labels: { 'hostvitals.role': 'consumer' },
      resource,
      intervalMs: everyMs,
      startedAtMs: vitals.startedAtMs,
    })
  }

  /** The record that is not known to be stored, or the next. */
  async next(): Promise<ArrivedRecord> {
    this.#waiting ??= await this.#make()
    return this.#waiting
  }

  stored(): void {
    this.#waiting = undefined
    this.#seq++
  }

  async #make(): Promise<ArrivedRecord> {
    const timestampMs = Math.round(this.#seams.clock.now())
    const value = this.#encoder.encode(timestampMs, await this.#options.vitals.take(timestampMs))
    const record = { agentUid: this.#agentUid, run: this.#run, seq: this.#seq, value }
    return { ...encodeMessage(record, timestampMs), timestampMs }
  }
}
