// Samples a second through the codec, records of 100 numbers: npm run bench -- wire [--runs 9] [--round-ms 250] [--json]
import { parseArgs } from 'node:util'
import type { ArrivedRecord } from '../src/metric/record.ts'
import { RecordDecoder } from '../src/wire/decode.ts'
import { RecordEncoder } from '../src/wire/encode.ts'
import { ProvenEncoder } from '../src/wire/proven-encoder.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { firstTimeMs as timeMs, numbersOfRecord, resourceOf, samplesOf } from './hundred-numbers.ts'
import { beginOfBench, type Figures, measured, type Measured, printReport } from './report.ts'

const hosts = 20
const warmUpRounds = 2

function arrive(host: number, seq: number): ArrivedRecord {
  const resource = resourceOf(host)
  const value = new RecordEncoder(resource).encode(timeMs + seq * 10_000, samplesOf(host * 1000 + seq))
  return { ...encodeMessage({ agentUid: resource.agentUid, run: 77n, seq, value }, timeMs), timestampMs: timeMs }
}

/** How long each way is measured, and how often. */
interface WirePlan {
  readonly rounds: number
  readonly roundMs: number
}

function measure(name: string, { rounds, roundMs }: WirePlan, once: (index: number) => void): Measured {
  const runs: Figures[] = []
  for (let round = -warmUpRounds; round < rounds; round++) {
    const begin = performance.now()
    let count = 0
    while (performance.now() - begin < roundMs) for (let each = 0; each < 20; each++) once(count++)
    const samplesPerSecond = Math.round((count * numbersOfRecord * 1000) / (performance.now() - begin))
    if (round >= 0) runs.push({ samplesPerSecond })
  }
  return measured(name, runs)
}

/**
 * Measures encoding, encoding as an agent does, which reads its record again (docs/decisions/0127), decoding of agents that
 * are known, and decoding in full, as of a foreign agent.
 */
export function benchWire(plan: WirePlan): readonly Measured[] {
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
    measure('encode', plan, (index) => encoder.encode(timeMs + index, samples)),
    measure('encode and read', plan, (index) => proven.encode(timeMs + index, samples)),
    measure('decode', plan, (index) => known.decode(records[index % records.length] ?? arrive(0, 1))),
    measure('decode in full', plan, (index) => full.decode(foreign[index % foreign.length] ?? arrive(0, 1))),
  ]
}

/** `npm run bench -- wire …`. */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '9' },
      'round-ms': { type: 'string', default: '250' },
      json: { type: 'boolean', default: false },
    },
  })
  const begin = beginOfBench()
  const plan = { rounds: Number(values.runs), roundMs: Number(values['round-ms']) }
  printReport({ bench: 'wire', ...begin, setting: plan, results: benchWire(plan) }, values.json)
}
