import type { ArrivedRecord } from '../metric/record.ts'
import type { Attributes } from '../metric/sample.ts'
import { crc32c } from '../runtime/crc32c.ts'
import { RecordError } from '../runtime/errors.ts'
import { uuidText } from '../runtime/uuid.ts'
import type { DecodedHost, DecodedPart, DecodedRecord, DecodedRun, Layout } from './decoded-record.ts'
import { decodeHeader, decodeNote, identityHeader, noteHeader, type Header } from './header.ts'
import { foreignHost, foreignRun, ownHost, ownRun, partResource } from './host-of.ts'
import { LayoutCache } from './layout-cache.ts'
import { limits } from './limits.ts'
import { looksLike } from './looks-like.ts'
import { parseOtlp, type ParsedMessage, type ParsedResource } from './parse-otlp.ts'
import { toHistograms, toScrapes } from './rows.ts'

/** Understands records; one per consumer, since it keeps the layouts it has seen. */
export class RecordDecoder {
  readonly #layouts = new LayoutCache()

  /** Throws RecordError with a sentence for a record that cannot be understood or breaks a limit: a dead letter. */
  decode(record: ArrivedRecord): DecodedRecord {
    if (record.value.length > limits.recordBytes) {
      throw new RecordError(`the record has ${record.value.length} bytes, more than ${limits.recordBytes}`)
    }
    const header = record.headers.get(identityHeader)
    return header === undefined ? this.#decodeForeign(record) : this.#decodeOwn(record, decodeHeader(header))
  }

  #decodeOwn(record: ArrivedRecord, header: Header): DecodedRecord {
    if (crc32c(record.value) !== header.crc)
      throw new RecordError('the value does not match the checksum in its header')
    if (record.key !== undefined && (record.key.length !== 16 || uuidText(record.key) !== header.agentUid)) {
      throw new RecordError("the record's key is not the agent_uid of its header")
    }
    const note = record.headers.get(noteHeader)
    const parsed = parseOtlp(record.value)
    const [resource = emptyResource] = parsed.resources
    if (parsed.resources.length > 1)
      throw new RecordError('a record of hostvitals speaks of one resource, this one of several')
    const identity = {
      host: ownHost(header.agentUid, resource.attributes),
      run: ownRun(header.run, resource.attributes, header.sentAtMs),
      seq: header.seq,
    }
    const decoded = decodedOf(parsed, [this.#part(identity, [{ resource, ofSeries: {} }])])
    return { ...decoded, sentAtMs: header.sentAtMs, ...(note === undefined ? {} : { note: decodeNote(note) }) }
  }

  #decodeForeign(record: ArrivedRecord): DecodedRecord {
    const { origin } = record
    if (origin === undefined) throw new RecordError('a record without the hostvitals header did not come from Kafka')
    const parsed = this.#parseForeign(record.value)
    const byHost = new Map<string, { host: DecodedHost; resources: ResourceOfHost[] }>()
    for (const resource of parsed.resources) {
      const { ofHost, ofSeries } = partResource(resource.attributes)
      const host = foreignHost(origin.cluster, ofHost)
      const known = byHost.get(host.agentUid) ?? { host, resources: [] }
      known.resources.push({ resource, ofSeries })
      byHost.set(host.agentUid, known)
    }
    const run = foreignRun(origin, record.timestampMs)
    const seq = Number(origin.offset)
    const parts = [...byHost.values()].map(({ host, resources }) => this.#part({ host, run, seq }, resources))
    return decodedOf(parsed, parts)
  }

  #parseForeign(value: Uint8Array): ParsedMessage {
    const other = looksLike(value)
    if (other !== undefined) throw new RecordError(`this looks like ${other}; hostvitals reads OTLP protobuf`)
    const parsed = parseOtlp(value)
    if (parsed.resources.length === 0) throw new RecordError('this is no OTLP message: it holds no resource')
    return parsed
  }

  #part(
    identity: { host: DecodedHost; run: DecodedRun; seq: number },
    resources: readonly ResourceOfHost[],
  ): DecodedPart {
    const layoutOf = (series: Layout['series']): Layout => this.#layouts.layoutOf(series)
    return {
      ...identity,
      scrapes: toScrapes(
        resources.flatMap(({ resource, ofSeries }) => withAttributes(resource.numbers, ofSeries)),
        layoutOf,
      ),
      histograms: toHistograms(
        resources.flatMap(({ resource, ofSeries }) => withAttributes(resource.histograms, ofSeries)),
      ),
    }
  }
}

interface ResourceOfHost {
  readonly resource: ParsedResource
  readonly ofSeries: Attributes
}

const emptyResource: ParsedResource = { attributes: {}, numbers: [], histograms: [] }

function decodedOf({ notFinite, unsupported }: ParsedMessage, parts: readonly DecodedPart[]): DecodedRecord {
  return { parts, notFinite, unsupported }
}

function withAttributes<T extends { readonly series: Layout['series'][number] }>(
  points: readonly T[],
  more: Attributes,
): readonly T[] {
  if (Object.keys(more).length === 0) return points
  return points.map((point) => ({
    ...point,
    series: { ...point.series, attributes: { ...more, ...point.series.attributes } },
  }))
}
