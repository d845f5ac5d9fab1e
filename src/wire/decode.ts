import type { ArrivedRecord, Note } from '../metric/record.ts'
import { crc32c } from '../runtime/crc32c.ts'
import { RecordError } from '../runtime/errors.ts'
import type { DecodedHost, DecodedRecord, DecodedRun } from './decoded-record.ts'
import { decodeHeader, decodeNote, type Header, identityHeader, isAgentUid, noteHeader } from './header.ts'
import { foreignHost, foreignRun, joinsSeries, type OwnResource, ownResource, ownRun } from './host-of.ts'
import { KnownAgents } from './known-agents.ts'
import { limits } from './limits.ts'
import { looksLike } from './looks-like.ts'
import { parseOtlp, type ParsedMessage, type ParsedResource } from './parse-otlp.ts'
import { toHistograms, toScrapes } from './rows.ts'
import { SeriesCache } from './series-cache.ts'

/** Understands records; one per consumer, since it keeps the series, layouts and agents it has seen, bounded in bytes. */
export class RecordDecoder {
  readonly #cache = new SeriesCache()
  readonly #agents = new KnownAgents()
  readonly #runs = new WeakMap<OwnResource, DecodedRun>()

  /**
   * Throws RecordError with a sentence for a record that cannot be understood or breaks a limit: a dead letter. `known` is
   * what its header says, for who has read it already.
   */
  decode(record: ArrivedRecord, known?: Header): DecodedRecord {
    this.#begin(record.value)
    const header = record.headers.get(identityHeader)
    return header === undefined
      ? this.#decodeForeign(record)
      : this.#decodeOwn(record, header, known ?? decodeHeader(header))
  }

  /** The same of a value that has not travelled yet: its checksum, its key and its header's bytes are not looked at. */
  decodeUnsent(header: Omit<Header, 'crc'>, value: Uint8Array): DecodedRecord {
    this.#begin(value)
    return this.#understand(header, value, undefined)
  }

  #begin(value: Uint8Array): void {
    if (value.length > limits.recordBytes) {
      throw new RecordError(`the record has ${value.length} bytes, more than ${limits.recordBytes}`)
    }
    this.#cache.trim()
  }

  #decodeOwn({ key, headers, value }: ArrivedRecord, headerBytes: Uint8Array, header: Header): DecodedRecord {
    if (crc32c(value) !== header.crc) throw new RecordError('the value does not match the checksum in its header')
    if (key !== undefined && !isAgentUid(headerBytes, key)) {
      throw new RecordError("the record's key is not the agent_uid of its header")
    }
    const noteBytes = headers.get(noteHeader)
    return this.#understand(header, value, noteBytes && decodeNote(noteBytes))
  }

  #understand(header: Omit<Header, 'crc'>, value: Uint8Array, note: Note | undefined): DecodedRecord {
    const recalled = this.#agents.recall(header.agentUid, value)
    if (recalled === undefined) return this.#parseOwn(header, value, note)
    const { resource, scrape, notFinite } = recalled
    const run = this.#runOf(header, resource)
    const part = { host: resource.host, run, seq: header.seq, scrapes: [scrape], histograms: none }
    return recordOf({ parts: [part], notFinite, inexact: none, unsupported: 0 }, header, note)
  }

  /** One object for all records of a run, where they say when it started: a store knows it again. */
  #runOf({ run, sentAtMs }: Omit<Header, 'crc'>, resource: OwnResource): DecodedRun {
    const known = this.#runs.get(resource)
    if (known?.run === run) return known
    const fresh = ownRun(run, resource, sentAtMs)
    if (resource.startedAtMs !== undefined) this.#runs.set(resource, fresh)
    return fresh
  }

  #parseOwn(header: Omit<Header, 'crc'>, value: Uint8Array, note: Note | undefined): DecodedRecord {
    const { resources, notFinite, inexact, unsupported } = parseOtlp(value, this.#cache, () => ({}))
    const [parsed = nothing, ...others] = resources
    if (others.length > 0) throw new RecordError('a record of hostvitals speaks of one resource, this one of several')
    const resource = ownResource(header.agentUid, parsed.attributes)
    const part = {
      host: resource.host,
      run: ownRun(header.run, resource, header.sentAtMs),
      seq: header.seq,
      scrapes: toScrapes(parsed.numbers, this.#cache),
      histograms: toHistograms(parsed.histograms),
    }
    if (unsupported === 0) this.#agents.learn(value, resource, parsed, part.scrapes)
    return recordOf({ parts: [part], notFinite, inexact, unsupported }, header, note)
  }

  #decodeForeign({ origin, value, timestampMs }: ArrivedRecord): DecodedRecord {
    if (origin === undefined) throw new RecordError('a record without the hostvitals header did not come from Kafka')
    const { resources, notFinite, inexact, unsupported } = this.#parseForeign(value)
    const hosts = new Map<string, { readonly host: DecodedHost; readonly resources: ParsedResource[] }>()
    for (const resource of resources) {
      const host = foreignHost(origin.cluster, resource.attributes)
      const known = hosts.get(host.agentUid) ?? { host, resources: [] }
      known.resources.push(resource)
      hosts.set(host.agentUid, known)
    }
    const run = foreignRun(origin, timestampMs)
    const seq = Number(origin.offset)
    const parts = Array.from(hosts.values(), (each) => ({
      host: each.host,
      run,
      seq,
      scrapes: toScrapes(
        each.resources.flatMap(({ numbers }) => numbers),
        this.#cache,
      ),
      histograms: toHistograms(each.resources.flatMap(({ histograms }) => histograms)),
    }))
    return { parts, notFinite, inexact, unsupported }
  }

  #parseForeign(value: Uint8Array): ParsedMessage {
    try {
      const parsed = parseOtlp(value, this.#cache, joinsSeries)
      if (parsed.resources.length > 0) return parsed
      throw new RecordError('this is no OTLP message: it holds no resource')
    } catch (error) {
      // Only now, since OTLP's first bytes may happen to look like text.
      const other = looksLike(value)
      if (other === undefined) throw error
      throw new RecordError(`this looks like ${other}; hostvitals reads OTLP protobuf`, { cause: error })
    }
  }
}

const nothing: ParsedResource = { attributes: {}, range: [0, 0], numbers: [], histograms: [] }

/** The same for all records: most have no histograms and nothing that is inexact. */
const none: readonly never[] = []

function recordOf(
  { parts, notFinite, inexact, unsupported }: DecodedRecord,
  { sentAtMs }: Omit<Header, 'crc'>,
  note: Note | undefined,
): DecodedRecord {
  const record = { parts, notFinite, inexact, unsupported, sentAtMs }
  return note === undefined ? record : { ...record, note }
}
