// What a spool takes: records accepted a second, each synced as an agent does; what is read back; files and processor time:
//   npm run bench -- spool [--records 5000] [--at-once 64] [--folder DIR] [--runs 3] [--json]
// One at a time is what an agent does once an interval; many at once shows how many share one sync. The disk is the one under
// --folder, by default the one of temporary files: where that is memory, a sync costs nothing.
import { statSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ignoreEvents } from '../src/runtime/events.ts'
import { nodeDisk } from '../src/runtime/node-disk.ts'
import { Spool } from '../src/spool/spool.ts'
import { ProvenEncoder } from '../src/wire/proven-encoder.ts'
import { firstTimeMs, resourceOf, samplesOf } from './hundred-numbers.ts'
import { beginOfBench, type Figures, measured, printReport, rounded } from './report.ts'

/** As the publisher asks for them. */
const recordsPerBatch = 500

/** `npm run bench -- spool …`; throws where fewer or more records are read than were accepted. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '5000' },
      'at-once': { type: 'string', default: '64' },
      folder: { type: 'string', default: tmpdir() },
      runs: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  })
  const begin = beginOfBench()
  const records = recordsOf(Number(values.records))
  const ways = [1, Number(values['at-once'])].map((atOnce) => ({ atOnce, runs: [] as Figures[] }))
  for (let each = -1; each < Number(values.runs); each++) {
    for (const { atOnce, runs } of ways) {
      const figures = await spooled(values.folder, records, atOnce)
      // The first round only warms up.
      if (each >= 0) runs.push(figures)
    }
  }
  const setting = { records: records.length, bytesPerRecord: records[0]?.length, disk: values.folder }
  const results = ways.map(({ atOnce, runs }) => measured(`${atOnce} at once`, runs))
  printReport({ bench: 'spool', ...begin, setting, results }, values.json)
}

/** Records of a hundred numbers, as an agent encodes one round after the other. */
function recordsOf(count: number): readonly Uint8Array[] {
  const encoder = new ProvenEncoder(resourceOf(0))
  return Array.from({ length: count }, (_, round) => encoder.encode(firstTimeMs + round * 1000, samplesOf(round)))
}

async function spooled(parent: string, records: readonly Uint8Array[], atOnce: number): Promise<Figures> {
  const folder = await mkdtemp(join(parent, 'hostvitals-bench-'))
  try {
    await using spool = await Spool.open({
      folder,
      agentUid: resourceOf(0).agentUid,
      run: 79n,
      maxBytes: 1024 ** 3,
      keepFreeRatio: 0,
      keepAcknowledgedBytes: 1024 ** 3,
      disk: nodeDisk,
      emit: ignoreEvents,
    })
    const accepting = await taken(async () => {
      for (let from = 0; from < records.length; from += atOnce)
        await Promise.all(records.slice(from, from + atOnce).map(async (record) => spool.append([record])))
    })
    const bytes = fileBytes(folder)
    let read = 0
    const reading = await taken(async () => {
      for (;;) {
        const batch = await spool.nextNow(recordsPerBatch)
        if (batch === undefined) return
        read += batch.records.length
        await spool.acknowledge(batch)
      }
    })
    if (read !== records.length) throw new Error(`${read} of ${records.length} records were read`)
    const wireBytes = records.reduce((sum, { length }) => sum + length, 0)
    return {
      recordsPerSecond: Math.round(records.length / accepting.seconds),
      cpuMsPerRecord: rounded(accepting.cpuMs / records.length),
      readRecordsPerSecond: Math.round(records.length / reading.seconds),
      readCpuMsPerRecord: rounded(reading.cpuMs / records.length),
      fileBytesPerRecord: rounded(bytes / records.length),
      fileBytesPerWireByte: rounded(bytes / wireBytes),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function taken(work: () => Promise<void>): Promise<{ readonly seconds: number; readonly cpuMs: number }> {
  const before = process.cpuUsage()
  const beganMs = performance.now()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - beganMs) / 1000, cpuMs: (user + system) / 1000 }
}

function fileBytes(folder: string): number {
  return readdirSync(folder)
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
}
