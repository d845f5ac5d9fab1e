import { BodyTemplate } from './body-template.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { DecodedScrape } from './decoded-record.ts'
import type { OwnResource } from './host-of.ts'
import type { ParsedResource } from './parse-otlp.ts'
import { ProtobufReader, type Range } from './protobuf-reader.ts'

/** Bytes of templates that are kept; a thousand equal hosts share theirs. */
const mostTemplateBytes = 67_108_864
const mostResourceBytes = 33_554_432
/** A larger record is not remembered: ours are a tenth of it. */
const largestRecord = 131_072
const lengthsOfAgent = 16
/** What is kept of an agent beside its resource's bytes, about. */
const weightOfAgent = 4096
const resourceMetricsTag = 0x0a
const resourceTag = 0x0a

/** A record of an agent that was understood without parsing it. */
export interface RecalledRecord {
  readonly resource: OwnResource
  readonly scrape: DecodedScrape
  readonly notFinite: number
}

interface KnownAgent {
  readonly resourceBytes: Uint8Array
  readonly resource: OwnResource
  /** Keys of templates by the length of the body, newest last. */
  readonly templates: Map<number, string>
}

/** What agents sent before, so that a record that differs only in its numbers is read in place. Bounded in bytes. */
export class KnownAgents {
  readonly #agents = new BoundedCache<KnownAgent>(mostResourceBytes)
  readonly #templates = new BoundedCache<BodyTemplate>(mostTemplateBytes)
  readonly #scratch = Buffer.alloc(largestRecord)

  /** Undefined where the record is to be parsed. Says what parsing would say. */
  recall(agentUid: string, record: Uint8Array): RecalledRecord | undefined {
    const range = resourceRange(record)
    const agent = range && this.#agents.get(agentUid)
    if (agent === undefined || range === undefined) return undefined
    const body = record.subarray(range[1])
    const template = this.#templates.get(agent.templates.get(body.length) ?? '')
    if (template === undefined || Buffer.compare(record.subarray(...range), agent.resourceBytes) !== 0) return undefined
    const read = template.read(body, this.#scratch)
    return read && { resource: agent.resource, ...read }
  }

  /** Remembers a record that was parsed, where it is of the common form: one resource first, one row, no histograms. */
  learn(record: Uint8Array, resource: OwnResource, parsed: ParsedResource, scrapes: readonly DecodedScrape[]): void {
    const [scrape, ...others] = scrapes
    const range = resourceRange(record)
    // Another Resource message behind the first would be the one that counts.
    if (range === undefined || range[0] !== parsed.range[0] || range[1] !== parsed.range[1]) return
    if (scrape === undefined || others.length > 0 || parsed.histograms.length > 0) return
    if (scrape.readings.length !== parsed.numbers.length || record.length > largestRecord) return
    const template = BodyTemplate.of(record, range[1], parsed.numbers, scrape.layout)
    if (template === undefined) return
    if (this.#templates.get(template.key) === undefined) this.#templates.set(template.key, template, template.weight)
    const { templates } = this.#agent(resource, record.subarray(...range))
    const bodyLength = record.length - range[1]
    templates.delete(bodyLength)
    templates.set(bodyLength, template.key)
    const [oldest] = templates.keys()
    if (templates.size > lengthsOfAgent && oldest !== undefined) templates.delete(oldest)
  }

  #agent(resource: OwnResource, resourceBytes: Uint8Array): KnownAgent {
    const { agentUid } = resource.host
    const known = this.#agents.get(agentUid)
    if (known !== undefined && Buffer.compare(known.resourceBytes, resourceBytes) === 0) return known
    const agent = { resourceBytes: Uint8Array.from(resourceBytes), resource, templates: new Map<number, string>() }
    this.#agents.set(agentUid, agent, resourceBytes.length + weightOfAgent)
    return agent
  }
}

/** Where the Resource lies in a record of ours: first in its one ResourceMetrics, which is the whole record. */
function resourceRange(record: Uint8Array): Range | undefined {
  const r = new ProtobufReader(record)
  if (r.next() !== resourceMetricsTag) return undefined
  r.enter()
  return r.end === record.length && r.next() === resourceTag ? r.range() : undefined
}
