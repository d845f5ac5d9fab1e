import type { Sample } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { RecordDecoder } from './decode.ts'
import { RecordEncoder, type WireResource } from './encode.ts'

/** With its key and headers still below what brokers take by default, 1 MiB. */
const mostBytes = 1_000_000

/**
 * Encodes records and reads each again as a consumer will, so that nothing is accepted that would be a dead letter later:
 * too many attributes, too long ones, two values of one series. A record like the former ones is read by its template, which
 * costs less than encoding it (`npm run bench -- wire`).
 */
export class ProvenEncoder {
  readonly #encoder: RecordEncoder
  readonly #decoder = new RecordDecoder()
  readonly #agentUid: string

  /** Throws RecordError where what the agent says of its host can be in no record at all. */
  constructor(resource: WireResource) {
    this.#encoder = new RecordEncoder(resource)
    this.#agentUid = resource.agentUid
    this.encode(resource.startedAtMs, [])
  }

  /** One record. Throws RecordError for what a consumer would refuse, and what encoding throws. */
  encode(timeMs: number, samples: readonly Sample[]): Uint8Array {
    const value = this.#encoder.encode(timeMs, samples)
    if (value.length > mostBytes) throw new RecordError(`a record of ${value.length} bytes, more than ${mostBytes}`)
    this.#decoder.decodeUnsent({ agentUid: this.#agentUid, run: 0n, seq: 1, sentAtMs: timeMs }, value)
    return value
  }
}
