// The consumer of `npm run bench -- ingest`, in a process of its own so that its time and memory are its alone.
// Takes one JSON argument, prints one JSON line.
import { writeFileSync } from 'node:fs'
import { Consumer, type ConsumerOptions } from '../src/consumer.ts'
import { systemClock } from '../src/runtime/clock.ts'
import type { Emit } from '../src/runtime/events.ts'
import { nodeDisk } from '../src/runtime/node-disk.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { tellAll, Vitals } from '../src/vitals/vitals.ts'

/** What the parent asks for. */
export interface ConsumerTask {
  readonly options: ConsumerOptions
  /** It ends when so many are stored. */
  readonly records: number
  /** Where the result is written as JSON. */
  readonly resultFile: string
}

/** What a consumer took, from the assignment of its partitions to the last commit. */
export interface ConsumerResult {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Of the whole process, its start included. */
  readonly peakBytes: number
  readonly storedRecords: number
  readonly storedSamples: number
  readonly duplicates: number
  readonly deadLetters: number
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

if (import.meta.main) {
  // Written by `ingest.ts` in this folder.
  const { options, records, resultFile } = JSON.parse(process.argv[2] ?? '') as ConsumerTask
  const done = new AbortController()
  let begin = { ms: 0, cpuMs: 0 }
  let end = begin
  let stored = 0
  const emit: Emit = (name, data) => {
    if (name === 'kafka.assigned') begin = { ms: performance.now(), cpuMs: cpuMs() }
    else if (name === 'ingest.stored' && 'duplicates' in data) {
      stored += data.records + data.duplicates
      if (stored < records) return
      end = { ms: performance.now(), cpuMs: cpuMs() }
      done.abort(new Error('all is stored'))
    } else if (name.endsWith('.failing') || name === 'ingest.dead-letter') {
      process.stderr.write(`${name} ${JSON.stringify(data)}\n`)
    }
  }
  // As `consume` runs it.
  const vitals = new Vitals({ startedAtMs: systemClock.now(), parts: ['ingest'] })
  await using consumer = await Consumer.open(
    { ...options, vitals },
    { clock: systemClock, disk: nodeDisk, random: systemRandom, emit: tellAll(vitals.observe, emit) },
  )
  const summary = await consumer.run(done.signal)
  const result: ConsumerResult = {
    seconds: (end.ms - begin.ms) / 1000,
    cpuSeconds: (end.cpuMs - begin.cpuMs) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    ...summary,
  }
  writeFileSync(resultFile, JSON.stringify(result))
}
