// Samples a second through the codec, records of 100 numbers: node bench/wire.ts [--json]
import type { ArrivedRecord } from '../src/metric/record.ts'
import type { NumberSample } from '../src/metric/sample.ts'
import { RecordDecoder } from '../src/wire/decode.ts'
import { RecordEncoder, type WireResource } from '../src/wire/encode.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'

/** One measured way through the codec. */
export interface WireResult {
  readonly name: string
  /** Millions of samples a second: of all rounds the median, the least and the most. */
  readonly median: number
  readonly least: number
  readonly most: number
}

const numbersOfRecord = 100
const hosts = 20
const rounds = 9
const roundMs = 250
const timeMs = 1_795_492_440_000

function resourceOf(host: number): WireResource {
  return {
    agentUid: `00112233-4455-6677-8899-${host.toString(16).padStart(12, '0')}`,
    name: `web-${host}`,
    version: '1.0.0',
    labels: { site: 'berlin', rack: `r${host % 4}` },
    resource: { 'host.id': `b7d1e8c2-0000-4000-8000-${host}`, 'host.arch': 'amd64', 'os.type': 'linux' },
    intervalMs: 10_000,
    startedAtMs: timeMs - 3_600_000,
    bootedAtMs: timeMs - 86_400_000,
  }
}

/** A hundred numbers as a host has them: counters by disk, interface and processor, and gauges. */
function samplesOf(seed: number): readonly NumberSample[] {
  const startTimeMs = timeMs - 86_400_000
  return Array.from({ length: numbersOfRecord }, (_, index) => {
    const metric = Math.floor(index / 8)
    const attributes = { 'system.device': `nvme${index % 4}n1`, 'disk.io.direction': index % 8 < 4 ? 'read' : 'write' }
    const value = seed * 1000 + index
    if (metric % 3 === 0)
      return { series: { name: `system.gauge${metric}`, unit: '1', kind: 'gauge', attributes }, value: value / 7 }
    const series = {
      name: `system.disk${metric}.io`,
      unit: 'By',
      kind: 'counter',
      attributes,
      integer: metric % 3 === 1,
    } as const
    return { series, value, startTimeMs }
  })
}

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

/** Measures encoding, decoding of agents that are known, and decoding in full, as of a foreign agent. */
export function benchWire(): readonly WireResult[] {
  const encoder = new RecordEncoder(resourceOf(0))
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
    measure('decode', (index) => known.decode(records[index % records.length] ?? arrive(0, 1))),
    measure('decode in full', (index) => full.decode(foreign[index % foreign.length] ?? arrive(0, 1))),
  ]
}

if (import.meta.main) {
  const results = benchWire()
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ unit: '1e6 samples/s', results })}\n`)
  else {
    for (const { name, median, least, most } of results) {
      process.stdout.write(
        `${name.padEnd(16)} ${median.toFixed(2)} M samples/s (${least.toFixed(2)} to ${most.toFixed(2)})\n`,
      )
    }
  }
}
