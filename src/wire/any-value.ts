import type { Attributes, AttributeValue } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { limits } from './limits.ts'
import type { ProtobufReader } from './protobuf-reader.ts'

// Source: opentelemetry-proto, common/v1/common.proto.
const pair = { key: 0x0a, value: 0x12 } as const
const anyValue = { string: 0x0a, bool: 0x10, int: 0x18, double: 0x21, array: 0x2a, pairs: 0x32, bytes: 0x3a } as const
const inner = { item: 0x0a, pair: 0x0a } as const

/**
 * The KeyValues with this tag in the reader's current message; other fields are skipped. Throws RecordError beyond
 * `limits`. Of a key that stands twice the last value counts; a double that is not finite is null.
 */
export function readAttributes(r: ProtobufReader, pairTag: number, depth = 1): Attributes {
  const pairs: [string, AttributeValue][] = []
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag !== pairTag) r.skip(tag)
    else if (pairs.push(readPair(r, depth)) > limits.attributes) {
      throw new RecordError(
        `more than ${limits.attributes} attributes on one series or resource, at byte ${r.position}`,
      )
    }
  }
  return Object.fromEntries(pairs)
}

function readPair(r: ProtobufReader, depth: number): [string, AttributeValue] {
  const outerEnd = r.enter()
  const length = r.end - r.position
  if (length > limits.attributeBytes) {
    throw new RecordError(`an attribute of ${length} bytes, more than ${limits.attributeBytes}, at byte ${r.position}`)
  }
  let key = ''
  let value: AttributeValue = null
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag === pair.key) key = r.string()
    else if (tag === pair.value) value = readValue(r, depth + 1)
    else r.skip(tag)
  }
  r.leave(outerEnd)
  return [key, value]
}

function readValue(r: ProtobufReader, depth: number): AttributeValue {
  if (depth > limits.depth) throw new RecordError(`an attribute is nested deeper than ${limits.depth}`)
  const outerEnd = r.enter()
  let value: AttributeValue = null
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag === anyValue.string) value = r.string()
    else if (tag === anyValue.bool) value = r.varint() !== 0
    else if (tag === anyValue.int) value = r.int64()
    else if (tag === anyValue.double) value = finiteOrNull(r.double())
    else if (tag === anyValue.array) value = readArray(r, depth)
    else if (tag === anyValue.pairs) value = readNested(r, depth)
    else if (tag === anyValue.bytes) value = r.base64()
    else r.skip(tag)
  }
  r.leave(outerEnd)
  return value
}

function readArray(r: ProtobufReader, depth: number): readonly AttributeValue[] {
  const outerEnd = r.enter()
  const items: AttributeValue[] = []
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag === inner.item) items.push(readValue(r, depth + 1))
    else r.skip(tag)
  }
  r.leave(outerEnd)
  return items
}

function readNested(r: ProtobufReader, depth: number): Attributes {
  const outerEnd = r.enter()
  const attributes = readAttributes(r, inner.pair, depth + 1)
  r.leave(outerEnd)
  return attributes
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
