// Samples a second through the codec, records of 100 numbers: npm run bench -- wire [--json]
import type { ArrivedRecord } from '../src/metric/record.ts'
import { RecordDecoder } from '../src/wire/decode.ts'
import { RecordEncoder } from '../src/wire/encode.ts'
import { ProvenEncoder } from '../src/wire/proven-encoder.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { firstTimeMs as timeMs, numbersOfRecord, resourceOf, samplesOf } from './hundred-numbers.ts'

/** One measured way through the codec. */
export interface WireResult {
  readonly name: string
  /** Millions of samples a second: of all rounds the median, the least and the most. */
  readonly median: number
  readonly least: number
  readonly most: number
}

const hosts = 20
const rounds = 9
const roundMs = 250

function arrive(host: number, seq: number): ArrivedRecord {
  const resource = resourceOf(host)
  const value = new RecordEncoder(resource).encode(timeMs + seq * 10_000, samplesOf(host * 1000 + seq))
  return { ...encodeMessage({ agentUid: resource.agentUid, run: 77n, seq, value }, timeMs), timestampMs: timeMs }
}

function measure(name: string, once: (index: number) => void): WireResult {
  const rates: number[] = []
  for (let round = -2; round < rounds; round++) {
    const begin = performance.now()
    let count = 0
    while (performance.now() - begin < roundMs) for (let each = 0; each < 20; each++) once(count++)
    // The first rounds only warm up.
    if (round >= 0) rates.push((count * numbersOfRecord) / (performance.now() - begin) / 1000)
  }
  rates.sort((a, b) => a - b)
  return { name, median: rates[rounds >> 1] ?? 0, least: rates[0] ?? 0, most: rates.at(-1) ?? 0 }
}

/**
 * Measures encoding, encoding as an agent does, which reads its record again (docs/decisions/0127), decoding of agents that
 * are known, and decoding in full, as of a foreign agent.
 */
export function benchWire(): readonly WireResult[] {
  const encoder = new RecordEncoder(resourceOf(0))
  const proven = new ProvenEncoder(resourceOf(0))
  const samples = samplesOf(1)
  const records = Array.from({ length: hosts * 10 }, (_, index) => arrive(index % hosts, 1 + Math.floor(index / hosts)))
  const foreign = records.map((record, index) => {
    const origin = { cluster: 'c', topic: 't', partition: 0, offset: BigInt(index) }
    return { ...record, origin, headers: new Map<string, Uint8Array>() }
  })
  const known = new RecordDecoder()
  const full = new RecordDecoder()
  return [
    measure('encode', (index) => encoder.encode(timeMs + index, samples)),
    measure('encode and read', (index) => proven.encode(timeMs + index, samples)),
    measure('decode', (index) => known.decode(records[index % records.length] ?? arrive(0, 1))),
    measure('decode in full', (index) => full.decode(foreign[index % foreign.length] ?? arrive(0, 1))),
  ]
}

/** `npm run bench -- wire [--json]`. */
export function run(args: readonly string[]): void {
  const results = benchWire()
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ unit: '1e6 samples/s', results })}\n`)
  else {
    for (const { name, median, least, most } of results) {
      process.stdout.write(
        `${name.padEnd(16)} ${median.toFixed(2)} M samples/s (${least.toFixed(2)} to ${most.toFixed(2)})\n`,
      )
    }
  }
}
