import { BodyTemplate } from './body-template.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { DecodedScrape } from './decoded-record.ts'
import type { OwnResource } from './host-of.ts'
import type { KnownStarts } from './known-starts.ts'
import type { ParsedResource } from './parse-otlp.ts'
import { ProtobufReader, type Range } from './protobuf-reader.ts'
import { RowSpace } from './row-space.ts'

/** Bytes of templates that are kept; a thousand equal hosts share theirs. */
const mostTemplateBytes = 67_108_864
const mostAgentBytes = 33_554_432
/** A larger record is not remembered: ours are a tenth of it. */
const largestRecord = 131_072
const lengthsOfAgent = 16
/** What is kept of an agent beside its resource's bytes, and of each form of its records beside its starts, about. */
const weightOfAgent = 2048
const weightOfForm = 2048
const resourceMetricsTag = 0x0a
const resourceTag = 0x0a

/** A record of an agent that was understood without parsing it. */
export interface RecalledRecord {
  readonly resource: OwnResource
  readonly scrape: DecodedScrape
  readonly notFinite: number
}

interface KnownAgent {
  readonly resourceBytes: Buffer
  readonly resource: OwnResource
  /** By the length of the record, newest last. */
  readonly forms: Map<number, KnownForm>
}

/** How an agent's records of one length are made. */
interface KnownForm {
  /** The few bytes before the resource: how long it and all is. */
  readonly lead: Uint8Array
  readonly bodyAt: number
  readonly templateKey: string
  readonly starts: KnownStarts | undefined
}

/** What agents sent before, so that a record that differs only in its numbers is read in place. Bounded in bytes. */
export class KnownAgents {
  readonly #agents: BoundedCache<KnownAgent>
  readonly #templates = new BoundedCache<BodyTemplate>(mostTemplateBytes)
  readonly #scratch = Buffer.alloc(largestRecord)
  readonly #space = new RowSpace()

  /** `mostBytes` of what is kept of each agent, templates not counted; another in tests. */
  constructor(mostBytes: number = mostAgentBytes) {
    this.#agents = new BoundedCache(mostBytes)
  }

  /** Undefined where the record is to be parsed. Says what parsing would say. */
  recall(agentUid: string, record: Uint8Array): RecalledRecord | undefined {
    const agent = this.#agents.get(agentUid)
    const form = agent?.forms.get(record.length)
    if (agent === undefined || form === undefined || !beginsAs(record, agent.resourceBytes, form)) return undefined
    const template = this.#templates.get(form.templateKey)
    if (template === undefined) return undefined
    const tools = { scratch: this.#scratch, space: this.#space, starts: form.starts }
    const read = template.read(record.subarray(form.bodyAt), tools)
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
    const [begin, bodyAt] = range
    const template = BodyTemplate.of(record, bodyAt, parsed.numbers, scrape.layout)
    if (template === undefined) return
    if (this.#templates.get(template.key) === undefined) this.#templates.set(template.key, template, template.weight)
    const agent = this.#agent(resource, record.subarray(begin, bodyAt))
    const { forms } = agent
    forms.delete(record.length)
    const lead = Uint8Array.from(record.subarray(0, begin))
    forms.set(record.length, { lead, bodyAt, templateKey: template.key, starts: template.startsOfAgent() })
    const [oldest] = forms.keys()
    if (forms.size > lengthsOfAgent && oldest !== undefined) forms.delete(oldest)
    let weight = agent.resourceBytes.length + weightOfAgent
    for (const { starts } of forms.values()) weight += weightOfForm + (starts?.weight ?? 0)
    this.#agents.set(resource.host.agentUid, agent, weight)
  }

  #agent(resource: OwnResource, resourceBytes: Uint8Array): KnownAgent {
    const known = this.#agents.get(resource.host.agentUid)
    if (known !== undefined && known.resourceBytes.compare(resourceBytes) === 0) return known
    return { resourceBytes: Buffer.from(resourceBytes), resource, forms: new Map() }
  }
}

/** Whether all bytes before the body are those that were parsed. */
function beginsAs(record: Uint8Array, resourceBytes: Buffer, { lead, bodyAt }: KnownForm): boolean {
  for (let at = 0; at < lead.length; at++) if (record[at] !== lead[at]) return false
  return resourceBytes.compare(record, lead.length, bodyAt) === 0
}

/** Where the Resource lies in a record of ours: first in its one ResourceMetrics, which is the whole record. */
function resourceRange(record: Uint8Array): Range | undefined {
  const r = new ProtobufReader(record)
  if (r.next() !== resourceMetricsTag) return undefined
  r.enter()
  return r.end === record.length && r.next() === resourceTag ? r.range() : undefined
}
