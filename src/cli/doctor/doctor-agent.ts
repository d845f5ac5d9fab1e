import { createHash } from 'node:crypto'
import type { Sample } from '../../metric/sample.ts'
import { readVersion } from '../../runtime/version.ts'
import { uuidText } from '../../runtime/uuid.ts'
import { cutSamples } from '../../wire/cut.ts'
import type { WireResource } from '../../wire/encode.ts'
import { ProvenEncoder } from '../../wire/proven-encoder.ts'

/** Who sends what `doctor` sends: no agent, so that the host's own records and their numbers stay as they are. */
export class DoctorAgent {
  readonly agentUid: string
  /** What it is called on the lists of hosts. */
  readonly name: string
  readonly #encoder: ProvenEncoder

  /** The same one of a machine each time, so that no host is added by each look. Throws RecordError. */
  constructor(hostName: string, nowMs: number) {
    this.agentUid = uuidText(createHash('sha256').update(`hostvitals doctor ${hostName}`).digest())
    this.name = `doctor of ${hostName}`
    const resource: WireResource = {
      agentUid: this.agentUid,
      name: this.name,
      version: readVersion(),
      labels: {},
      resource: {},
      intervalMs: 60_000,
      startedAtMs: nowMs,
    }
    this.#encoder = new ProvenEncoder(resource)
  }

  /** The records that a round becomes, as bytes. Throws RecordError for what no record can say. */
  records(timeMs: number, samples: readonly Sample[]): readonly Uint8Array[] {
    return cutSamples(samples).map((part) => this.#encoder.encode(timeMs, part))
  }
}
